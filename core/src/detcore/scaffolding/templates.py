"""A template: several files in one, so that what belongs together is read together.

It begins with lines ``key: value``; then each file follows a line ``==> path``. Paths, values and text hold the fields
of :class:`string.Template`, such as ``$package``; a dollar sign is written twice.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import NamedTuple

__all__ = ["Rendered", "rendered"]

WIDTH = 120
"""Of the lines of Python that are made."""


class Rendered(NamedTuple):
    """A template with its fields filled in."""

    facts: dict[str, str]
    """The lines before the first file."""

    files: dict[str, str]
    """Text by path."""


def rendered(template: Path, fields: Mapping[str, str]) -> Rendered:
    """The files that a template stands for."""
    text = Template(template.read_text(encoding="utf-8")).substitute(fields)
    head, *rest = re.split(r"^==> ", text, flags=re.MULTILINE)
    facts = dict(line.split(": ", maxsplit=1) for line in head.splitlines() if line)
    files = {}
    for part in rest:
        path, _, body = part.partition("\n")
        files[path] = "".join(map(_wrapped, f"{body.strip()}\n".splitlines(keepends=True)))
    return Rendered(facts, files)


def _wrapped(line: str) -> str:
    """An import or a class that a long name has made too long, over several lines as the formatter has it."""
    match = re.fullmatch(r"( *)(from \S+ import |class \w+)\(?(.*?)(\):)?\n", line)
    if match is None or len(line) <= WIDTH + 1:
        return line
    space, start, inside, end = match.groups()
    if end:
        return f"{space}{start}(\n{space}    {inside}\n{space}{end}\n"
    each = "".join(f"{space}    {name},\n" for name in inside.split(", "))
    return f"{space}{start}(\n{each}{space})\n"
