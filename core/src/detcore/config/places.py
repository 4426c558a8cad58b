"""The settings of an experiment by path, defaults included."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs
from attrs import frozen

from detcore.config.layering.paths import Step, parsed_path
from detcore.config.structuring.fields import fields_of
from detcore.config.text.nodes import Path, dotted
from detcore.errors import ConfigError
from detcore.plugins import did_you_mean
from detcore.specs import ComponentConfig

__all__ = ["Place", "find_place", "path_of", "places_below"]


@frozen(eq=False)
class Place:
    """A value of an experiment, and the objects that lead to it."""

    path: Path
    value: object
    above: tuple[object, ...]
    """From the experiment itself down to whatever holds the value."""

    def entered(self, step: str | int, value: object) -> "Place":
        """A value that this one holds."""
        return Place((*self.path, step), value, (*self.above, self.value))


def find_place(experiment: object, text: str) -> Place:
    """The place that a path, spelt as in overrides, means.

    Raises:
        ConfigError: there is no such setting; names the nearest one.
    """
    try:
        steps = parsed_path(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    place = Place((), experiment, ())
    for step in steps:
        place = _inside(place, step)
    return place


def places_below(place: Place) -> Iterator[Place]:
    """Every setting in a table; the place itself where it is none."""
    inner = dict(_entries(place.value))
    if not inner:
        yield place
    for step, value in inner.items():
        yield from places_below(place.entered(step, value))


def path_of(part: object, config: object) -> Path | None:
    """Where in a config this very object is; ``None``: nowhere."""
    if part is config:
        return ()
    for step, value in _entries(config):
        inner = path_of(part, value)
        if inner is not None:
            return (step, *inner)
    return None


def _entries(value: object) -> Iterator[tuple[str | int, object]]:
    """What is inside a table or a list of tables; a list of anything else is one setting."""
    if isinstance(value, ComponentConfig):
        yield "type", type(value)
    if isinstance(value, Mapping):
        yield from ((str(key), entry) for key, entry in value.items())
    elif isinstance(value, Sequence) and any(attrs.has(type(item)) for item in value):
        yield from enumerate(value)
    for name, field in fields_of(type(value)).items():
        yield name, getattr(value, field.name)


def _inside(place: Place, step: Step) -> Place:
    known, word = dict(_entries(place.value)), str(step)
    if word in known:
        return place.entered(word, known[word])
    if isinstance(place.value, Sequence) and not isinstance(place.value, str):
        return _item(place, place.value, step)
    path = dotted((*place.path, word))
    if not known:
        what = "not set" if place.value is None else "a single value"
        raise ConfigError(f"{path}: {dotted(place.path)} is {what}, so there is nothing inside it")
    raise ConfigError(f"{path}: no such setting{_advice(word, known)}")


def _item(place: Place, items: Sequence[object], step: Step) -> Place:
    if isinstance(step, int) and -len(items) <= step < len(items):
        return place.entered(step % len(items), items[step])
    count = f"{len(items)} entr{'y' if len(items) == 1 else 'ies'}, counted from 0"
    raise ConfigError(
        f"{dotted((*place.path, str(step)))}: no such setting; {dotted(place.path)} is a list with {count}"
    )


def _advice(word: str, known: Collection[str | int]) -> str:
    words = [str(name) for name in known]
    return did_you_mean(word, words) or f"; there is {', '.join(words)}"
