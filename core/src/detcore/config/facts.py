"""What a config tells about its data without reading any of it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from attrs import frozen

from detcore.config.nodes import Node, Path, at, nearest
from detcore.config.problems import Finding
from detcore.config.sections import DataConfig, SplitConfig
from detcore.errors import DetcoreError, PluginError
from detcore.plugins import Registry, guarded
from detcore.specs import DatasetConfig, DatasetMetadata, DataSpec

__all__ = ["DataFacts", "data_facts", "metadata_of"]

T = TypeVar("T")


@frozen
class DataFacts:
    """What could be found out, and what is wrong with it."""

    spec: DataSpec
    """About the training data."""

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


def data_facts(data: DataConfig, root: Node, registry: Registry) -> DataFacts:
    """Classes, masks and keypoints of the data, checked against each other where they are known."""
    findings: list[Finding] = []
    unchecked: list[str] = []
    known: list[tuple[Path, DatasetMetadata]] = []
    for path, config in _datasets(data):
        try:
            metadata = metadata_of(config, registry)
        except PluginError:
            raise
        except DetcoreError as error:
            findings.append(Finding(nearest(root, path).origin, path, str(error)))
            continue
        if metadata is None:
            unchecked.append(f"{'.'.join(map(str, path))}: its classes are not known before it is read")
        else:
            known.append((path, metadata))
    classes = data.classes or next((metadata.classes for path, metadata in known if path[1] == "train"), None)
    findings += _disagreements(classes, known, root, "data.classes" if data.classes else "the training data")
    training = [metadata for path, metadata in known if path[1] == "train"]
    testing = [metadata for path, metadata in known if path[1] == "test"]
    spec = DataSpec(
        classes=classes,
        has_masks=_agreed(metadata.has_masks for metadata in training),
        keypoints=_agreed(metadata.keypoints for metadata in training),
        stuff_classes=_agreed(metadata.stuff_classes for metadata in training),
    )
    return DataFacts(spec, testing[0] if testing else None, findings, unchecked)


def _datasets(data: DataConfig) -> Iterator[tuple[Path, DatasetConfig]]:
    splits: list[tuple[str, SplitConfig | None]] = [("train", data.train), ("test", data.test)]
    for name, split in splits:
        for index, config in enumerate(split.datasets if split else ()):
            yield ("data", name, "datasets", index), config


def _disagreements(
    classes: tuple[str, ...] | None, known: Iterable[tuple[Path, DatasetMetadata]], root: Node, owner: str
) -> list[Finding]:
    findings = []
    for path, metadata in known:
        if classes is not None and metadata.classes != classes:
            node = at(root, path) or nearest(root, path)
            message = f"has the classes {_few(metadata.classes)}, but {owner} has {_few(classes)}"
            findings.append(Finding(node.origin, path, message))
    return findings


def _agreed(values: Iterable[T]) -> T | None:
    """The value they all have, if they have one."""
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else None


def _few(classes: tuple[str, ...]) -> str:
    shown = ", ".join(classes[:6])
    return f"{len(classes)} ({shown}, …)" if len(classes) > 6 else f"({shown})"
