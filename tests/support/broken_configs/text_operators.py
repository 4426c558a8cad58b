"""Mutations of the config files themselves, as people write them: comments, inline tables, bases and all."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import tomli
from attrs import frozen

from broken_configs.case import Path
from broken_configs.misspelling import misspellings

__all__ = ["TEXT_OPERATORS", "Edit"]

_KEY = re.compile(r"(?<![\w.\"'$])([a-z_]+)(?= = )")
_HEADER = re.compile(r"^\[+([\w.]+)\]+", re.MULTILINE)


@frozen(kw_only=True)
class Edit:
    """A file with one place changed."""

    what: str
    text: str
    line: int
    path: Path | None
    """Where the mistake is; ``None``: the file cannot even be parsed."""

    word: str = ""


def misspelt_key_in_place(text: str) -> Iterator[Edit]:
    """A key with a slip in it, among others on its line as well."""
    for match in _KEY.finditer(text):
        if match[1] in ("extends", "type"):
            continue
        for wrong, slip in misspellings(match[1]):
            edited = text[: match.start()] + wrong + text[match.end() :]
            if path := _added(text, edited):
                what = f"{'.'.join(map(str, path))}: {slip}"
                yield Edit(what=what, text=edited, line=_line(text, match.start()), path=path, word=match[1])


def misspelt_header(text: str) -> Iterator[Edit]:
    """A ``[table.header]`` with a slip in its last step."""
    for match in _HEADER.finditer(text):
        above, _, last = match[1].rpartition(".")
        for wrong, slip in misspellings(last):
            start = match.end(1) - len(last)
            edited = text[:start] + wrong + text[match.end(1) :]
            path = tuple(f"{above}.{wrong}".strip(".").split("."))
            yield Edit(what=f"[{match[1]}]: {slip}", text=edited, line=_line(text, start), path=path, word=last)


def duplicated_key(text: str) -> Iterator[Edit]:
    """A line of a table twice."""
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if re.match(r"[a-z_]+ = .*[^\[,]$", line.strip()):
            edited = "".join([*lines[: index + 1], line, *lines[index + 1 :]])
            yield Edit(what=line.strip()[:40], text=edited, line=index + 2, path=None)


def no_value(text: str) -> Iterator[Edit]:
    """A key with nothing behind its sign."""
    for match in re.finditer(r"^([a-z_]+ =) .*[^\[,\n](?=\n[^\n])", text, re.MULTILINE):
        edited = text[: match.end(1)] + text[match.end() :]
        yield Edit(what=match[1], text=edited, line=_line(text, match.start()), path=None)


TEXT_OPERATORS: dict[str, Callable[[str], Iterator[Edit]]] = {
    "misspelt key in place": misspelt_key_in_place,
    "misspelt header": misspelt_header,
    "duplicated key": duplicated_key,
    "no value": no_value,
}


def _added(before: str, after: str) -> Path | None:
    """The path of the one key that a text has and the other has not."""
    if not _parses(after):
        return None
    new = [path for path in _paths(tomli.loads(after)) if path not in set(_paths(tomli.loads(before)))]
    return min(new, key=len, default=None)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield (*path, step)
        yield from _paths(entry, (*path, step))


def _parses(text: str) -> bool:
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        return False
    return True


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
