"""Promises with dates: settings that have a better name by now."""

from collections.abc import Callable
from typing import NamedTuple

__all__ = ["Deprecated"]


class Deprecated(NamedTuple):
    """A key that files may still use, listed in the ``deprecated`` of the config class that once had it.

    Versions are those of the distribution that offers the class. Reading a file puts the value where it belongs now and
    says so; from ``until`` on, the key is a mistake.
    """

    key: str
    """The old name."""

    since: str
    """First version that prefers the new name."""

    until: str
    """First version that no longer takes the old name."""

    instead: str | None
    """The key to write, dotted where it lies in a table below (``"sampling.batch_size"``); ``None``: nothing reads the
    value any more."""

    upgrade: Callable[[object], object] | None = None
    """Turns the old value, as the file has it, into the new one; left out: they are the same."""
