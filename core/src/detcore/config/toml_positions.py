"""The line of every key and list element of a TOML document.

Works on text that the parser has already accepted, so it looks only for what decides where keys are: headers, keys,
brackets, strings, comments. TOML 1.1: https://toml.io/en/v1.1.0
"""

from bisect import bisect_right

import tomli

from detcore.config.nodes import Path

__all__ = ["split_key", "toml_positions"]

_SPACE = " \t\r\n"


def toml_positions(text: str) -> dict[Path, int]:
    """Line (from 1) by path; tables that several headers mention stand where they are first mentioned."""
    return _Scanner(text).document()


def split_key(text: str) -> tuple[str, ...]:
    """The parts of a dotted key, quoted ones unquoted.

    >>> split_key('prefer."backbones.swin"')
    ('prefer', 'backbones.swin')

    Raises:
        ValueError: the text is no key.
    """
    try:
        found: dict[str, object] = tomli.loads(f"{text} = 0")
    except tomli.TOMLDecodeError as error:
        raise ValueError(f"{text!r} is not a path such as 'training.epochs'") from error
    parts = []
    while isinstance(found, dict):
        ((key, found),) = found.items()  # type: ignore[assignment]  # the innermost value is the number 0
        parts.append(key)
    return tuple(parts)


class _Scanner:
    """Walks the text once; ``self.here`` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.line_starts = [0] + [i + 1 for i, character in enumerate(text) if character == "\n"]
        self.lines: dict[Path, int] = {}
        self.array_lengths: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip_blanks():
            table = self.header() if self.peek() == "[" else self.entry(table)
        return self.lines

    def header(self) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``; the table that the following keys belong to."""
        start = self.here
        is_array = self.text.startswith("[[", self.here)
        self.here += 2 if is_array else 1
        parts = self.key()
        self.here += 2 if is_array else 1
        table: Path = ()
        for depth, part in enumerate(parts):
            table = (*table, part)
            self.mark(table, start)
            if is_array and depth == len(parts) - 1:
                self.array_lengths[table] = self.array_lengths.get(table, 0) + 1
            if table in self.array_lengths:  # a header goes on in the array's latest table
                table = (*table, self.array_lengths[table] - 1)
                self.mark(table, start)
        return table

    def entry(self, table: Path) -> Path:
        """Read ``a.b = value``; returns ``table`` again."""
        start = self.here
        parts = self.key()
        path = table
        for part in parts:
            path = (*path, part)
            self.mark(path, start)
        self.here += 1  # the equals sign
        self.value(path)
        return table

    def value(self, path: Path) -> None:
        self.skip_blanks()
        match self.peek():
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case '"' | "'":
                self.string()
            case _:
                while self.peek() not in ",]}#\n" and self.here < len(self.text):
                    self.here += 1

    def array(self, path: Path) -> None:
        self.here += 1
        index = 0
        while self.skip_separators() != "]":
            self.mark((*path, index), self.here)
            self.value((*path, index))
            index += 1
        self.here += 1

    def inline_table(self, path: Path) -> None:
        self.here += 1
        while self.skip_separators() != "}":
            self.entry(path)
        self.here += 1

    def key(self) -> list[str]:
        """Read a dotted key and the blanks after it."""
        start = self.here
        while self.peek() not in "=]":
            if self.peek() in "\"'":
                self.string()
            else:
                self.here += 1
        return list(split_key(self.text[start : self.here]))

    def string(self) -> None:
        quote = self.peek()
        fence = quote * 3 if self.text.startswith(quote * 3, self.here) else quote
        self.here += len(fence)
        while not self.text.startswith(fence, self.here):
            self.here += 2 if quote == '"' and self.peek() == "\\" else 1
        self.here += len(fence)
        while len(fence) == 3 and self.peek() == quote:  # up to two quotes may stand before the closing three
            self.here += 1

    def skip_separators(self) -> str:
        self.skip_blanks()
        while self.peek() == ",":
            self.here += 1
            self.skip_blanks()
        return self.peek()

    def skip_blanks(self) -> bool:
        """Step over white space and comments; whether anything is left."""
        while self.here < len(self.text) and self.peek() in _SPACE + "#":
            if self.peek() == "#":
                end = self.text.find("\n", self.here)
                self.here = len(self.text) if end < 0 else end
            else:
                self.here += 1
        return self.here < len(self.text)

    def peek(self) -> str:
        return self.text[self.here : self.here + 1] or "\n"

    def mark(self, path: Path, offset: int) -> None:
        self.lines.setdefault(path, bisect_right(self.line_starts, offset))
