"""The line of every key and list element of a TOML document.

Works on text that the parser has already accepted, so it looks only for what decides where keys are: headers, keys,
brackets, strings, comments. TOML 1.1: https://toml.io/en/v1.1.0
"""

import re
from bisect import bisect_right

import tomli

from detcore.config.text.nodes import Path

__all__ = ["toml_positions"]

_BLANKS = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BARE_KEY = re.compile(r"[^\s.=\]\"']++")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*+")
_STRING = re.compile(
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+"""(?:"{0,2})'''  # up to two quotes may stand before the closing three
    r"""|'''(?:[^']++|'(?!''))*+'''(?:'{0,2})"""
    r"""|"(?:[^"\\]++|\\.)*+"|'[^']*+'""",
    re.DOTALL,
)


def toml_positions(text: str) -> dict[Path, int]:
    """Line (from 1) by path; tables that several headers mention stand where they are first mentioned."""
    return _Scanner(text).document()


class _Scanner:
    """Walks the text once; ``self.here`` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}
        self.array_lengths: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self.peek():
            table = self.header() if self.peek() == "[" else self.entry(table)
        return self.lines

    def header(self) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``; the table that the following keys belong to."""
        start = self.here
        brackets = 2 if self.text.startswith("[[", self.here) else 1
        self.here += brackets
        parts = self.key()
        self.here += brackets
        table: Path = ()
        for depth, part in enumerate(parts, start=1):
            table = (*table, part)
            self.mark(table, start)
            if brackets == 2 and depth == len(parts):
                self.array_lengths[table] = self.array_lengths.get(table, 0) + 1
            if table in self.array_lengths:  # a header goes on in the array's latest table
                table = (*table, self.array_lengths[table] - 1)
                self.mark(table, start)
        return table

    def entry(self, table: Path) -> Path:
        """Read ``a.b = value``; returns ``table`` again."""
        start = self.here
        path = table
        for part in self.key():
            path = (*path, part)
            self.mark(path, start)
        self.here += 1  # the equals sign
        self.value(path)
        return table

    def value(self, path: Path) -> None:
        match self.peek():
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case '"' | "'":
                self.take(_STRING)
            case _:
                self.take(_BARE_VALUE)

    def array(self, path: Path) -> None:
        self.here += 1
        index = 0
        while self.next_inside() != "]":
            self.mark((*path, index), self.here)
            self.value((*path, index))
            index += 1
        self.here += 1

    def inline_table(self, path: Path) -> None:
        self.here += 1
        while self.next_inside() != "}":
            self.entry(path)
        self.here += 1

    def key(self) -> list[str]:
        """Read a dotted key and the blanks after it."""
        parts = [self.key_part()]
        while self.peek() == ".":
            self.here += 1
            parts.append(self.key_part())
        return parts

    def key_part(self) -> str:
        if self.peek() not in {'"', "'"}:
            return self.take(_BARE_KEY)
        part = self.take(_STRING)
        return str(tomli.loads(f"key = {part}")["key"]) if "\\" in part else part[1:-1]

    def next_inside(self) -> str:
        """Step over a comma and the blanks around it; the character after them."""
        if self.peek() == ",":
            self.here += 1
        return self.peek()

    def peek(self) -> str:
        """Step over white space and comments; the character after them, empty at the end."""
        self.take(_BLANKS)
        return self.text[self.here : self.here + 1]

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.here)
        assert match is not None, "the parser has accepted this text"
        self.here = match.end()
        return match[0]

    def mark(self, path: Path, offset: int) -> None:
        self.lines.setdefault(path, bisect_right(self.line_starts, offset))
