"""What becomes of a config that was written for another program."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

__all__ = ["MissingPart", "TranslatedKey", "Translation"]

Path = tuple[str | int, ...]
"""Keys and list positions from the top of an experiment down to a value."""


@frozen(kw_only=True)
class TranslatedKey:
    """What became of one setting of the other program."""

    key: str
    """As the other program spells it."""

    value: str
    """Its value, as text."""

    file: str = ""
    """The file that sets it; empty: none does, and the value is the other program's default."""

    line: int = 0
    """From 1."""

    paths: tuple[Path, ...] = ()
    """Where in the experiment it went; empty: nowhere."""

    reason: str = ""
    """Why it went nowhere, or what is to be known about where it went."""

    matters: bool = True
    """Whether training or evaluation would be another with it, where it went nowhere."""


@frozen(kw_only=True)
class MissingPart:
    """Something the other program's config asks for that nothing installed can express."""

    path: Path
    """Where it would stand in the experiment."""

    what: str
    """Its name and the setting that asks for it."""

    file: str = ""
    line: int = 0


@frozen(kw_only=True)
class Translation:
    """An experiment in tables, lists and scalars, and an account of how it came about."""

    values: Mapping[str, Any] = field(factory=dict)
    """As a config file would hold them; parts that are missing are left out."""

    keys: tuple[TranslatedKey, ...] = ()
    """Every setting of the other program: those that files set first, in the order of their lines."""

    missing: tuple[MissingPart, ...] = ()
    """Empty: the experiment is complete."""

    is_partial: bool = False
    """Whether the other program's file is about some tables of an experiment only, so that the others are no holes."""
