"""One broken config, and what ``detcore check`` has to say about it."""

from collections.abc import Mapping

from attrs import frozen

__all__ = ["Case", "Path", "Tree", "dotted"]

Tree = dict[str, object]
"""An experiment as a parser returns it."""

Path = tuple[str | int, ...]


@frozen(kw_only=True)
class Case:
    """Files to write over the good ones, and arguments of ``detcore check``."""

    name: str
    operator: str
    """What was done to the good config: ``"misspelt key"``."""

    arguments: tuple[str, ...]
    files: Mapping[str, str | bytes] = {}
    place: str
    """What the line about the mistake begins with: ``"case.toml:12"`` or ``"override 'training.epohcs=1'"``."""

    path: str
    """The dotted path that the line names next; empty: any, or none."""

    word: str = ""
    """The right word, where one was misspelt."""

    says: str = ""
    """Something else the line has to say."""


def dotted(path: Path) -> str:
    """``data.train.datasets.0``."""
    return ".".join(str(step) for step in path)
