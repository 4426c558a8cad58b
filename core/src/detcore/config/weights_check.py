"""Whether what a run is to start from can be that, as far as names tell."""

from collections.abc import Iterator
from pathlib import Path

from detcore.errors import UnknownComponentError
from detcore.plugins import Registry, did_you_mean
from detcore.plugins.groups import RESOLVERS_GROUP
from detcore.specs import Problem, WeightsFormatConfig, scheme_of

__all__ = ["check_weights", "format_of", "unknown_format", "weights_formats"]


def check_weights(location: str, registry: Registry) -> Iterator[Problem]:
    """What is wrong with a ``weights.path``."""
    path, scheme = Path(location).expanduser(), scheme_of(location)
    if path.is_dir():
        if not any((path / name).exists() for name in ("model.safetensors", "checkpoints")):
            yield Problem(f"{location}: holds neither a checkpoint (model.safetensors) nor a run with checkpoints")
    elif path.exists():
        formats = weights_formats(registry)
        if format_of(path, formats) is None:
            yield Problem(unknown_format(path, formats))
    elif scheme is None:
        yield Problem(f"{location}: there is no such file or folder; correct it, or leave it out for fresh weights")
    else:
        yield from _check_scheme(scheme, registry)


def weights_formats(registry: Registry) -> dict[str, type[WeightsFormatConfig]]:
    """Every format of weights files that is installed, by the endings of names that it reads."""
    group = WeightsFormatConfig.group
    components = (registry.resolve(group, name) for name in registry.names(group))
    classes: list[type[WeightsFormatConfig]] = [
        registry.load(component, WeightsFormatConfig) for component in components
    ]
    return {suffix: each for each in classes for suffix in each.suffixes}


def format_of(path: Path, formats: dict[str, type[WeightsFormatConfig]]) -> type[WeightsFormatConfig] | None:
    """The one with the longest ending that the file's name has."""
    fitting = [suffix for suffix in formats if path.name.endswith(suffix)]
    return formats[max(fitting, key=len)] if fitting else None


def unknown_format(path: Path, formats: dict[str, type[WeightsFormatConfig]]) -> str:
    """What to say of a file that no format reads."""
    known = f"{path}: no weights format for {path.suffix or path.name!r}; known are {', '.join(sorted(formats))}"
    return f"{known}; a pickle can execute code, so write its arrays into an .npz" if _is_pickle(path) else known


def _is_pickle(path: Path) -> bool:
    return path.suffix in {".pkl", ".pth", ".pt", ".ckpt"}


def _check_scheme(scheme: str, registry: Registry) -> Iterator[Problem]:
    try:
        registry.resolve(RESOLVERS_GROUP, scheme)
    except UnknownComponentError:
        near = did_you_mean(scheme, registry.names(RESOLVERS_GROUP))
        yield Problem(f"nothing installed finds files by addresses of '{scheme}:'{near}; save the file and name it")
