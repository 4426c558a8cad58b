"""What the user writes of a sweep: ``optimizer.lr=0.01,0.02``."""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from detcore.config.layering.paths import Steps, leading_path
from detcore.config.text.nodes import Origin
from detcore.errors import ConfigError

__all__ = ["Axis", "axes_of", "split_values"]

_OWN: tuple[Steps, ...] = (("run", "name"), ("run", "directory"))
"""What decides where a run goes cannot be swept: every run gets a name of its own."""


@frozen(kw_only=True)
class Axis:
    """One setting, and the values that it takes."""

    text: str
    """As the user wrote all of it."""

    path: str
    """As the user wrote it, with ``+`` behind it where each value is added to a list."""

    steps: Steps
    values: list[str]

    def told(self, mistake: str) -> str:
        """A mistake about one of the values, as one of the sweep; any other mistake as it is."""
        for value in self.values:
            place = f"{Origin(override=f'{self.path}={value}')}: "
            if mistake.startswith(place):
                return f"{self.place}: {mistake.removeprefix(place)}"
        return mistake

    @property
    def place(self) -> str:
        """Where something is wrong, for a message."""
        return f"sweep {self.text!r}"


def axes_of(sweeps: Sequence[str]) -> list[Axis]:
    """Every sweep, read.

    Raises:
        ConfigError: one is no sweep, sets what cannot be swept, or repeats something.
    """
    axes: list[Axis] = []
    for text in sweeps:
        axis = _axis(text)
        _refuse_repeated(axis)
        if any(axis.steps == other.steps for other in axes):
            raise ConfigError(f"{axis.place}: {axis.path} is swept twice")
        if any(_overlap(axis.steps, own) for own in _OWN):
            raise ConfigError(f"{axis.place}: {axis.path} cannot be swept; each run of a sweep gets a name of its own")
        axes.append(axis)
    return axes


def _axis(text: str) -> Axis:
    try:
        steps, rest = leading_path(text)
    except ValueError as error:
        raise ConfigError(f"sweep {text!r}: {error}") from error
    sign, _, listed = rest.partition("=")
    values = split_values(listed.strip())
    if sign not in {"", "+"} or not values:
        raise ConfigError(f"sweep {text!r}: a sweep is PATH=VALUE,VALUE,…")
    path = text.removesuffix(rest).strip() + sign
    return Axis(text=text, path=path, steps=steps, values=values)


def _refuse_repeated(axis: Axis) -> None:
    if repeated := [value for value in axis.values if axis.values.count(value) > 1]:
        raise ConfigError(f"{axis.place}: lists {repeated[0]} twice")


def _overlap(one: Steps, other: Steps) -> bool:
    """Whether setting one place sets the other, or a part of it."""
    return all(step == its for step, its in zip(one, other, strict=False))


def split_values(text: str) -> list[str]:
    """The values of a list, with or without brackets around it, each as it is written.

    >>> split_values("[0.01, 0.02]"), split_values("sgd,adamw"), split_values("[640,800],[480]")
    (['0.01', '0.02'], ['sgd', 'adamw'], ['[640,800]', '[480]'])
    """
    pieces = list(_pieces(text))
    if len(pieces) == 1 and text.startswith("[") and text.endswith("]"):
        pieces = list(_pieces(text[1:-1]))
    return [piece.strip() for piece in pieces if piece.strip()]


def _pieces(text: str) -> Iterator[str]:
    """What stands between commas that are in no bracket and no string."""
    start, depth = 0, 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\[\]{},]', text):
        mark = token[0]
        depth += (mark in "[{") - (mark in "]}")
        if mark == "," and depth == 0:
            yield text[start : token.start()]
            start = token.end()
    yield text[start:]
