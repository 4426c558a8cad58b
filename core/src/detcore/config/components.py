"""The components that an experiment is made of, each with its path."""

from collections.abc import Iterator, Mapping

from detcore.config.structuring.fields import fields_of
from detcore.config.text.nodes import Path
from detcore.specs import ComponentConfig

__all__ = ["components_in"]


def components_in(value: object, path: Path = ()) -> Iterator[tuple[Path, ComponentConfig]]:
    """Every component in a config object, outer ones first; ``path`` is where the object itself stands."""
    if isinstance(value, ComponentConfig):
        yield path, value
    for step, inner in _inside(value):
        yield from components_in(inner, (*path, step))


def _inside(value: object) -> Iterator[tuple[str | int, object]]:
    for name, field in fields_of(type(value)).items():
        yield name, getattr(value, field.name)
    if isinstance(value, Mapping):
        yield from ((str(key), entry) for key, entry in value.items())
    elif isinstance(value, (tuple, list)):
        yield from enumerate(value)
