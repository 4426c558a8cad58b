"""Tables as YAML, with comments, such that YAML 1.1 and 1.2 read the same values."""

import re
import sys
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

import yaml

from detcore.config.text.comments import Comments
from detcore.config.text.nodes import Path

__all__ = ["write_yaml"]

_WIDTH = 120
_PLAIN = re.compile(r"(?:[A-Za-z_/]|\.\.?/)(?:[\w./ -]*[\w./-])?", re.ASCII)
_BOOLEANS_OF_SOME = ("y", "n")
"""Words that PyYAML takes for text and other readers of YAML 1.1 for truths."""


def write_yaml(table: Mapping[str, Any], comments: Comments) -> str:
    """YAML that the safe loader reads back to the table: every table in a block, short lists of scalars on one line."""
    body = [*_Writer(comments).table(table, ())] if table else ["{}"]
    return "".join(f"{line}\n" for line in [*comments.head, *body, *comments.below])


class _Writer:
    def __init__(self, comments: Comments) -> None:
        self.comments = comments

    def table(self, table: Mapping[str, Any], path: Path) -> Iterator[str]:
        for key, value in table.items():
            place = (*path, key)
            yield from self.comments.above.get(place, [])
            if self.is_inline(value, place):
                yield self.with_beside(f"{_scalar(key)}: {_inline(value)}", place)
            else:
                yield self.with_beside(f"{_scalar(key)}:", place)
                yield from _indented(self.block(value, place), "  ")

    def block(self, value: Any, path: Path) -> Iterator[str]:
        """A table or list that takes lines of its own."""
        return self.table(value, path) if isinstance(value, dict) else self.items(value, path)

    def items(self, items: list[Any], path: Path) -> Iterator[str]:
        for index, item in enumerate(items):
            place = (*path, index)
            yield from self.comments.above.get(place, [])
            if self.is_inline(item, place):
                yield self.with_beside(f"- {_inline(item)}", place)
            else:
                yield from self.nested(list(self.block(item, place)), self.comments.beside.get(place))

    def nested(self, lines: list[str], beside: str | None) -> Iterator[str]:
        """A table or list as an item: its first line goes beside the dash, and what is said above that, above."""
        said = list(takewhile(lambda line: not line or line.lstrip().startswith("#"), lines))
        yield from (line.lstrip() for line in said)
        first, *rest = lines[len(said) :]
        if beside and "#" in first:
            yield beside
        yield f"- {first} {beside}" if beside and "#" not in first else f"- {first}"
        yield from _indented(iter(rest), "  ")

    def is_inline(self, value: object, path: Path) -> bool:
        if isinstance(value, dict):
            return not value
        if not isinstance(value, list):
            return True
        has_tables = any(isinstance(item, dict) for item in value)
        return not has_tables and not self.comments.inside(path) and len(_inline(value)) <= _WIDTH

    def with_beside(self, line: str, path: Path) -> str:
        comment = self.comments.beside.get(path)
        return f"{line} {comment}" if comment else line


def _indented(lines: Iterator[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in lines)


def _inline(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_scalar(key)}: {_inline(entry)}' for key, entry in value.items())}}}"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else _dumped(value, default_style='"')
    return _dumped(value)


def _is_plain(text: str) -> bool:
    """Whether a text needs no quotes, whichever version of YAML reads it."""
    if not _PLAIN.fullmatch(text) or text.lower() in _BOOLEANS_OF_SOME:
        return False
    return bool(yaml.safe_load(text) == text)


def _dumped(value: object, default_style: str | None = None) -> str:
    dumped = yaml.safe_dump(value, default_style=default_style, width=sys.maxsize, allow_unicode=True)
    return str(dumped).split("\n")[0]
