"""What a config tells about its data without reading any of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from attrs import frozen

from detcore.config.sections import DataConfig, SplitConfig
from detcore.config.text.nodes import Node, Path, dotted, nearest
from detcore.config.text.problems import Finding
from detcore.errors import DetcoreError, PluginError
from detcore.plugins import Registry, did_you_mean, guarded
from detcore.specs import DatasetConfig, DatasetMetadata, DataSpec, true_of_all

__all__ = ["DataFacts", "data_facts", "metadata_of"]

T = TypeVar("T")

_CLASSES: Path = ("data", "classes")


@frozen
class DataFacts:
    """What could be found out, and what is wrong with it."""

    spec: DataSpec
    """About the training data; of proposals, about the test data too."""

    test: DatasetMetadata | None
    """About the first test dataset."""

    findings: list[Finding]
    unchecked: list[str]


def metadata_of(config: DatasetConfig, registry: Registry) -> DatasetMetadata | None:
    """The dataset's metadata where it is cheap to know.

    Raises:
        DatasetError: the dataset's files are missing or broken.
        PluginError: the plugin failed otherwise.
    """
    with guarded(registry.component_of(type(config)), "telling a dataset's metadata"):
        return config.metadata()


def data_facts(data: DataConfig, root: Node, registry: Registry, *, absent: bool = False) -> DataFacts:
    """Classes, masks and keypoints of the data, checked against each other where they are known.

    With ``absent``, a dataset that cannot be read is not a mistake.
    """
    findings: list[Finding] = []
    unchecked: list[str] = []
    known: list[tuple[Path, DatasetMetadata]] = []
    has_proposals: list[bool | None] = []
    for path, config in _datasets(data):
        has_proposals.append(None)
        try:
            metadata = metadata_of(config, registry)
        except PluginError:
            raise
        except DetcoreError as error:
            if absent:
                unchecked.append(f"{dotted(path)}: {error}")
            else:
                findings.append(Finding(nearest(root, path).origin, path, str(error)))
            continue
        if metadata is None:
            unchecked.append(f"{dotted(path)}: its classes are not known before it is read")
        else:
            known.append((path, metadata))
            has_proposals[-1] = metadata.has_proposals
    findings += _disagreements(data.classes, known, root)
    classes = data.classes or next((metadata.classes for path, metadata in known if path[1] == "train"), None)
    training = [metadata for path, metadata in known if path[1] == "train"]
    testing = [metadata for path, metadata in known if path[1] == "test"]
    spec = DataSpec(
        classes=classes,
        has_masks=_agreed(metadata.has_masks for metadata in training),
        keypoints=_agreed(metadata.keypoints for metadata in training),
        stuff_classes=_agreed(metadata.stuff_classes for metadata in training),
        has_proposals=true_of_all(has_proposals),
        without_proposals=tuple(_named(path, metadata) for path, metadata in known if metadata.has_proposals is False),
    )
    return DataFacts(spec, testing[0] if testing else None, findings, unchecked)


def _named(path: Path, metadata: DatasetMetadata) -> str:
    return f"{dotted(path)} ({metadata.name})" if metadata.name else dotted(path)


def _datasets(data: DataConfig) -> Iterator[tuple[Path, DatasetConfig]]:
    splits: list[tuple[str, SplitConfig | None]] = [("train", data.train), ("test", data.test)]
    for name, split in splits:
        for index, config in enumerate(split.datasets if split else ()):
            yield ("data", name, "datasets", index), config


def _disagreements(
    stated: tuple[str, ...] | None, known: Sequence[tuple[Path, DatasetMetadata]], root: Node
) -> list[Finding]:
    """Where classes differ: at ``data.classes`` if all datasets have others, else at the datasets that do."""
    common = _agreed(metadata.classes for _, metadata in known)
    if stated is not None and common is not None and stated != common:
        message = f"is {_few(stated)}, but {dotted(known[0][0])} has {_few(common)}{_difference(stated, common)}"
        return [Finding(nearest(root, _CLASSES).origin, _CLASSES, message)]
    owner, classes = (
        "the training data",
        next((metadata.classes for path, metadata in known if path[1] == "train"), None),
    )
    if stated is not None:
        owner, classes = dotted(_CLASSES), stated
    findings = []
    for path, metadata in known:
        if classes is not None and metadata.classes != classes:
            there = f"{owner} has {_few(classes)}{_difference(metadata.classes, classes)}"
            findings.append(
                Finding(nearest(root, path).origin, path, f"has the classes {_few(metadata.classes)}, but {there}")
            )
    return findings


def _difference(classes: tuple[str, ...], others: tuple[str, ...]) -> str:
    """A word about the first name that the others lack."""
    for name in classes:
        if name not in others:
            return did_you_mean(name, others) or f", no {name!r}"
    return ", in another order" if len(classes) == len(others) else ""


def _agreed(values: Iterable[T]) -> T | None:
    """The value they all have, if they have one."""
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else None


def _few(classes: tuple[str, ...]) -> str:
    shown = ", ".join(classes[:6])
    return f"{len(classes)} ({shown}, …)" if len(classes) > 6 else f"({shown})"
