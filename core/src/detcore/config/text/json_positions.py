"""The line of every key and list element of a JSON document that the parser has already accepted.

Refuses what the parser lets pass though it is no JSON, or says two things at once.
"""

import json
import re
from bisect import bisect_right

from detcore.config.text.misreading import MisreadError, shortened
from detcore.config.text.nodes import Path

__all__ = ["json_positions"]

_BLANKS = re.compile(r"[ \t\r\n,:]*+")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_BARE = re.compile(r"[^\s,\]}]++")


def json_positions(text: str) -> dict[Path, int]:
    """Line (from 1) by path.

    Raises:
        MisreadError: an object has a key twice, or a value is ``NaN`` or infinite.
    """
    lines: dict[Path, int] = {}
    _Scanner(text, lines).value((), 0)
    return lines


class _Scanner:
    """Methods take the offset at which something may begin and return the one after it."""

    def __init__(self, text: str, lines: dict[Path, int]) -> None:
        self.text = text
        self.lines = lines
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def value(self, path: Path, here: int) -> int:
        here = self.after(_BLANKS, here)
        match self.text[here]:
            case "{":
                return self.table(path, here + 1)
            case "[":
                return self.array(path, here + 1)
            case '"':
                return self.after(_STRING, here)
            case _:
                return self.bare(here)

    def table(self, path: Path, here: int) -> int:
        here = self.after(_BLANKS, here)
        while self.text[here] != "}":
            end = self.after(_STRING, here)
            key = str(json.loads(self.text[here:end]))
            self.refuse_repeated((*path, key), key, here)
            self.mark((*path, key), here)
            here = self.after(_BLANKS, self.value((*path, key), end))
        return here + 1

    def array(self, path: Path, here: int) -> int:
        here = self.after(_BLANKS, here)
        index = 0
        while self.text[here] != "]":
            self.mark((*path, index), here)
            here = self.after(_BLANKS, self.value((*path, index), here))
            index += 1
        return here + 1

    def bare(self, here: int) -> int:
        end = self.after(_BARE, here)
        if self.text[here:end].lstrip("-") in {"NaN", "Infinity"}:
            raise MisreadError(self.line(here), f"{self.text[here:end]} is not JSON")
        return end

    def after(self, pattern: re.Pattern[str], here: int) -> int:
        match = pattern.match(self.text, here)
        assert match is not None, "the parser has accepted this text"
        return match.end()

    def refuse_repeated(self, path: Path, key: str, offset: int) -> None:
        if path in self.lines:
            raise MisreadError(
                self.line(offset), f"the key {shortened(key)!r} stands already on line {self.lines[path]}"
            )

    def mark(self, path: Path, offset: int) -> None:
        self.lines[path] = self.line(offset)

    def line(self, offset: int) -> int:
        return bisect_right(self.line_starts, offset)
