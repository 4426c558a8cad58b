"""Starting from weights that exist: finding the file, and fitting its tensors to a model by name."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from torch import Tensor, nn

from detcore.config.weights_check import format_of, unknown_format, weights_formats
from detcore.errors import WeightsError
from detcore.interfaces import LoadedWeights
from detcore.plugins import Registry, guarded, load_extension
from detcore.plugins.groups import RESOLVERS_GROUP
from detcore.specs import Resolver, scheme_of
from detcore.training.checkpoint import newest_checkpoint, pointed_checkpoint
from detcore.training.weights_report import LoadReport, WrongShape

__all__ = ["LEAST_LOADED_SHARE", "checkpoint_of", "find_weights", "fit_weights", "read_weights"]

LEAST_LOADED_SHARE = 0.9
"""A file that gives less of the parameters than this is taken for the wrong file."""


def find_weights(location: str, registry: Registry) -> Path:
    """The file that ``location`` means: a file, a checkpoint folder, a run directory, or ``scheme:…`` of a plugin."""
    scheme = scheme_of(location)
    if scheme and not Path(location).exists():
        return _resolved(location, scheme, registry)
    path = Path(location).expanduser()
    if not path.exists():
        raise WeightsError(f"weights.path: {location} does not exist")
    return checkpoint_of(path) / "model.safetensors" if path.is_dir() else path


def _resolved(uri: str, scheme: str, registry: Registry) -> Path:
    component = registry.resolve(RESOLVERS_GROUP, scheme)
    resolver = cast("Resolver", load_extension(component))
    with guarded(component, f"finding {uri}"):
        return resolver(uri)


def checkpoint_of(folder: Path) -> Path:
    """The checkpoint that a folder means: itself, or the best (else the newest) of the run it holds.

    Raises:
        WeightsError: it is neither.
    """
    if (folder / "model.safetensors").exists():
        return folder
    checkpoints = folder / "checkpoints"
    found = pointed_checkpoint(checkpoints, "best") or newest_checkpoint(checkpoints)
    if found is None:
        raise WeightsError(f"{folder} holds neither a checkpoint (model.safetensors) nor a run with checkpoints")
    return found


def read_weights(path: Path, registry: Registry) -> LoadedWeights:
    """All tensors of a file, by the format that answers for its name's ending.

    Raises:
        WeightsError: no format does, or the file is damaged.
    """
    formats = weights_formats(registry)
    chosen = format_of(path, formats)
    if chosen is None:
        raise WeightsError(unknown_format(path, formats))
    return chosen().build().read(path)


def fit_weights(model: nn.Module, weights: LoadedWeights, *, source: str, reinitialise: Sequence[str]) -> LoadReport:
    """Copy into ``model`` every tensor of the same name and shape that no pattern in ``reinitialise`` names.

    Raises:
        WeightsError: a shape differs, a pattern names nothing, or the file gives too little of the model; the model is
            then unchanged.
    """
    own = model.state_dict()
    _check_patterns(reinitialise, own)
    report = _compare(own, weights, source, reinitialise)
    _check(report)
    # By torch's own way in, so that a part can look at what it is given.
    model.load_state_dict({name: weights.tensors[name] for name in report.loaded}, strict=False)
    return report


def _compare(own: Mapping[str, Tensor], weights: LoadedWeights, source: str, reinitialise: Sequence[str]) -> LoadReport:
    fresh = {name for name in own if any(fnmatchcase(name, pattern) for pattern in reinitialise)}
    wanted = [name for name in own if name not in fresh]
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.tensors.items()}
    loaded = tuple(name for name in wanted if shapes.get(name) == tuple(own[name].shape))
    return LoadReport(
        source=source,
        loaded=loaded,
        reinitialised=tuple(name for name in own if name in fresh),
        missing=tuple(name for name in wanted if name not in shapes),
        unexpected=tuple(name for name in shapes if name not in own),
        wrong_shape=tuple(
            WrongShape(name, shapes[name], tuple(own[name].shape))
            for name in wanted
            if name in shapes and name not in set(loaded)
        ),
        loaded_share=_share(own, wanted, set(loaded)),
        notes=tuple(weights.notes),
    )


def _share(own: Mapping[str, Tensor], wanted: Sequence[str], loaded: set[str]) -> float:
    """Statistics of norms count as weights do: a frozen norm without its own is as wrong as a random filter."""
    sizes = {name: own[name].numel() for name in wanted}
    total = sum(sizes.values())
    return sum(size for name, size in sizes.items() if name in loaded) / total if total else 1.0


def _check(report: LoadReport) -> None:
    if report.wrong_shape:
        first, more = report.wrong_shape[0], len(report.wrong_shape) - 1
        others = f" ({more} more differ)" if more else ""
        raise WeightsError(
            f"{report.source}: {first}{others}; name those that should start fresh in weights.reinitialise = "
            f'["{first.name}"]'
        )
    if report.loaded_share < LEAST_LOADED_SHARE:
        raise WeightsError(
            f"{report.source} gives only {report.loaded_share:.1%} of the model's parameters: it lacks "
            f"{_examples(report.missing)}, and has {_examples(report.unexpected)} that the model does not know; name "
            "what should start fresh in weights.reinitialise"
        )


def _examples(names: Sequence[str]) -> str:
    if not names:
        return "nothing"
    return f"{len(names)} tensors such as {names[0]!r}"


def _check_patterns(patterns: Sequence[str], own: Mapping[str, Tensor]) -> None:
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in own):
            raise WeightsError(
                f"weights.reinitialise: {pattern!r} names no parameter of the model; its names look like "
                f"{next(iter(own), '')!r}"
            )
