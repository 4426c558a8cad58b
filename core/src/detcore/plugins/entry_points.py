"""The text of ``entry_points.txt``.

https://packaging.python.org/en/latest/specifications/entry-points/
Differs from ``importlib.metadata``: a line without ``=`` is an entry point without a target, told to its author, where
the standard library gives up on the whole environment.
"""

from typing import NamedTuple

__all__ = ["EntryPoint", "parse_entry_points"]


class EntryPoint(NamedTuple):
    """One line of a distribution's entry points."""

    group: str
    name: str
    target: str
    """``"module:qualname"``; empty where the line has no ``=``."""

    extras: tuple[str, ...] = ()
    """Extras of the distribution that have to be installed for it, as in ``name = module:Class [extra]``."""


def parse_entry_points(text: str) -> tuple[EntryPoint, ...]:
    """Every entry point, in the order of the file."""
    group, found = "", []
    for line in map(str.strip, text.splitlines()):
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            group = line.strip("[]").strip()
        elif group:
            name, _, value = line.partition("=")
            target, bracket, extras = value.partition("[")
            found.append(EntryPoint(group, name.strip(), target.replace(" ", ""), _listed(extras) if bracket else ()))
    return tuple(found)


def _listed(extras: str) -> tuple[str, ...]:
    words = extras.partition("]")[0].split(",")
    return tuple(word.strip() for word in words if word.strip())
