"""Comments and blank lines in the text of a config file."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

__all__ = ["Mark", "marks_in"]

_TOML_STRING_OR_COMMENT = re.compile(
    r'''
    """(?:\\.|[^\\])*?"""(?!")
    | \'\'\'.*?\'\'\'(?!\')
    | "(?:\\.|[^"\\\n])*"
    | '[^'\n]*'
    | \#[^\n]*
    ''',
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"#[^\n]*")


class Mark(NamedTuple):
    """A comment, or a blank line."""

    line: int
    """From 1."""

    text: str
    """With its ``#``; empty: a blank line."""

    is_alone: bool
    """Whether nothing else is on its line."""


def marks_in(text: str, suffix: str) -> list[Mark]:
    """From top to bottom; of a text that is known to be correct. JSON has none."""
    if suffix == ".json":
        return []
    spans = list(_toml_spans(text) if suffix == ".toml" else _yaml_spans(text))
    comments = [_comment(text, start, end) for start, end in spans if text[start] == "#"]
    inside = {line for start, end in spans for line in range(_line(text, start) + 1, _line(text, end) + 1)}
    lines = text.rstrip().split("\n") if text.strip() else []
    blank = [Mark(number, "", True) for number, line in enumerate(lines, start=1) if not line.strip()]
    return sorted([*comments, *(mark for mark in blank if mark.line not in inside)])


def _toml_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where strings and comments begin and end."""
    for found in _TOML_STRING_OR_COMMENT.finditer(text):
        yield found.span()


def _yaml_spans(text: str) -> Iterator[tuple[int, int]]:
    """The same: between two tokens there is nothing but space and comments."""
    end = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        for comment in _COMMENT.finditer(text, end, token.start_mark.index):
            yield comment.span()
        if isinstance(token, yaml.ScalarToken):
            yield token.start_mark.index, token.end_mark.index
            if token.style in ("|", ">") and (beside := _COMMENT.search(text, *_first_line(text, token))):
                yield beside.span()
        end = max(end, token.end_mark.index)


def _first_line(text: str, token: yaml.ScalarToken) -> tuple[int, int]:
    """The line that announces a block of text, on which nothing else stands."""
    end = text.find("\n", token.start_mark.index)
    return token.start_mark.index, len(text) if end < 0 else end


def _comment(text: str, start: int, end: int) -> Mark:
    line_start = text.rfind("\n", 0, start) + 1
    return Mark(_line(text, start), text[start:end].rstrip(), not text[line_start:start].strip())


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1
