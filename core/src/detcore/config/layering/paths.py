"""How a place in a config is spelt: ``data.train.datasets.0``, in overrides, ``--unset`` and references alike."""

import re
from enum import Enum

import tomli

from detcore.config.text.limits import MAX_DEPTH
from detcore.config.text.misreading import shortened
from detcore.config.text.nodes import Path

__all__ = ["Append", "Step", "Steps", "concrete", "leading_path", "parsed_path"]


class Append(Enum):
    """The step ``+``."""

    END = "+"
    """Behind the last entry of a list."""

    def __str__(self) -> str:
        return str(self.value)


Step = str | int | Append
"""A key, a position in a list (negative ones count from the end), or the place behind a list's last entry."""

Steps = tuple[Step, ...]

_STEP = re.compile(
    r"""[ \t]*+ (?: (?P<position> -?\d++ ) (?![\w-])
                  | (?P<name> [A-Za-z0-9_-]++ )
                  | (?P<append> \+ )
                  | (?P<quoted> "(?:[^"\\\n]|\\.)*+" | '[^'\n]*+' ) ) [ \t]*+""",
    re.VERBOSE,
)


def parsed_path(text: str) -> Steps:
    """The steps of a path; a quoted one is a key, whatever it looks like.

    >>> parsed_path('prefer."backbones.swin"')
    ('prefer', 'backbones.swin')
    >>> parsed_path("data.train.augmentations.-1")
    ('data', 'train', 'augmentations', -1)

    Raises:
        ValueError: the text is no path.
    """
    steps, rest = leading_path(text)
    if rest:
        raise _no_path(text)
    return steps


def leading_path(text: str) -> tuple[Steps, str]:
    """The path that a text begins with, and the rest of the text.

    Raises:
        ValueError: the text does not begin with a path.
    """
    steps: list[Step] = []
    here = 0
    while len(steps) <= MAX_DEPTH:
        match = _STEP.match(text, here)
        if match is None:
            raise _no_path(text)
        steps.append(_step(match))
        here = match.end()
        if text[here : here + 1] != ".":
            return tuple(steps), text[here:]
        here += 1
    raise ValueError(f"{shortened(text)!r} has more than {MAX_DEPTH} steps")


def concrete(steps: Steps) -> Path:
    """The steps for a message."""
    return tuple(str(step) if isinstance(step, Append) else step for step in steps)


def _step(match: re.Match[str]) -> Step:
    if match["position"]:
        return _position(match["position"])
    if match["append"]:
        return Append.END
    if match["name"]:
        return match["name"]
    try:
        return str(tomli.loads(f"key = {match['quoted']}")["key"])
    except tomli.TOMLDecodeError as error:
        raise _no_path(match["quoted"]) from error


def _position(digits: str) -> Step:
    """A number, or a key that begins with a zero or is too large to count anything."""
    is_plain = digits.lstrip("-") == "0" or not digits.lstrip("-").startswith("0")
    return int(digits) if is_plain and len(digits) < 10 else digits


def _no_path(text: str) -> ValueError:
    return ValueError(f"{shortened(text)!r} is not a path such as 'training.epochs'")
