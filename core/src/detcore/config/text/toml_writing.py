"""Tables as TOML, with comments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detcore.config.text.comments import Comments
from detcore.config.text.nodes import Path
from detcore.config.text.toml_text import inline, key_text

__all__ = ["write_toml"]

_WIDTH = 120


def write_toml(table: Mapping[str, Any], comments: Comments) -> str:
    """TOML that reads back to the table; components stay on one line where they fit and nothing is said inside."""
    body = list(_Writer(comments).table(table, ()))
    has_gap_too_many = body[:1] == [""] and comments.head[-1:] in ([], [""])
    return "".join(f"{line}\n" for line in [*comments.head, *body[has_gap_too_many:], *comments.below])


class _Writer:
    def __init__(self, comments: Comments) -> None:
        self.comments = comments

    def table(self, table: Mapping[str, Any], path: Path) -> Iterator[str]:
        """The table's own settings, then its subtables: under a header, no setting of an outer table can follow."""
        sections = {key for key, value in table.items() if self.is_section(value, (*path, key))}
        for key, value in table.items():
            if key not in sections:
                yield from self.setting(f"{key_text(key)} = ", value, (*path, key), "")
        for key in table:
            if key in sections:
                yield from self.section(table[key], (*path, key), [])

    def is_section(self, value: object, path: Path) -> bool:
        """Whether a value is written under a header of its own."""
        if isinstance(value, list):
            return bool(value) and all(isinstance(item, dict) for item in value) and self.comments.inside(path)
        if not isinstance(value, dict):
            return False
        nests = any(isinstance(entry, dict) for entry in value.values())
        is_short = len(inline(value)) + len(str(path[-1])) + 3 <= _WIDTH
        is_group = len(path) == 1 or (len(path) == 2 and "type" not in value)
        return is_group or nests or not is_short or self.comments.inside(path)

    def section(self, value: Any, path: Path, before: Sequence[str]) -> Iterator[str]:
        """A table or a list of tables; ``before`` was said above a table around it that needs no header."""
        before = [*before, *self.comments.above.get(path, [])]
        if isinstance(value, list):
            before += self.beside_alone(path)
            for index, item in enumerate(value):
                yield from self.headed(item, (*path, index), before if index == 0 else [])
        elif value and all(self.is_section(entry, (*path, key)) for key, entry in value.items()):
            before += self.beside_alone(path)
            for key, entry in value.items():
                yield from self.section(entry, (*path, key), before)
                before = []
        else:
            yield from self.headed(value, path, before)

    def headed(self, table: Mapping[str, Any], path: Path, before: Sequence[str]) -> Iterator[str]:
        """A table under its header, or an item of a list under one more of the same."""
        name = ".".join(key_text(step) for step in path if isinstance(step, str))
        is_item = isinstance(path[-1], int)
        lines = [*before, *(self.comments.above.get(path, []) if is_item else [])]
        yield from lines if lines[:1] == [""] else ["", *lines]
        yield self.with_beside(f"[[{name}]]" if is_item else f"[{name}]", path)
        yield from self.table(table, path)

    def setting(self, start: str, value: object, path: Path, end: str) -> Iterator[str]:
        """``start``, the value and ``end``, over several lines where it is long or something is said inside."""
        yield from self.comments.above.get(path, [])
        text = inline(value)
        is_fitting = len(start) + len(text) + len(end) <= _WIDTH or not isinstance(value, list)
        if not isinstance(value, dict | list) or (is_fitting and not self.comments.inside(path)):
            yield self.with_beside(f"{start}{text}{end}", path)
            return
        opening, closing = "[]" if isinstance(value, list) else "{}"
        yield self.with_beside(f"{start}{opening}", path)
        for line in self.entries(value, path):
            yield f"  {line}" if line else ""
        yield f"{closing}{end}"

    def entries(self, value: dict[str, Any] | list[Any], path: Path) -> Iterator[str]:
        """What stands between brackets, each on a line of its own; scalars of which nothing is said side by side."""
        if isinstance(value, dict):
            for key, entry in value.items():
                yield from self.setting(f"{key_text(key)} = ", entry, (*path, key), ",")
        elif self.comments.inside(path) or any(isinstance(item, dict | list) for item in value):
            for index, item in enumerate(value):
                yield from self.setting("", item, (*path, index), ",")
        else:
            yield from _filled([f"{inline(item)}," for item in value])

    def with_beside(self, line: str, path: Path) -> str:
        comment = self.comments.beside.get(path)
        return f"{line} {comment}" if comment else line

    def beside_alone(self, path: Path) -> list[str]:
        """What was said beside something that gets no line of its own."""
        return [self.comments.beside[path]] if path in self.comments.beside else []


def _filled(words: Sequence[str]) -> Iterator[str]:
    """The words side by side, in lines that leave room for their indent."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 3 > _WIDTH:
            yield line
            line = ""
        line = f"{line} {word}".lstrip()
    yield line
