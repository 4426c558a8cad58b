"""A tree as TOML, YAML or JSON, written so that the line of every value is known without reading it again."""

import json
import math
from collections.abc import Iterator
from typing import TypeVar

from broken_configs.case import Path, Tree

__all__ = ["FORMATS", "UnwritableError", "written"]

T = TypeVar("T")

FORMATS = ("toml", "yaml", "json")


class UnwritableError(Exception):
    """The format has no way to say a value."""


def written(tree: Tree, suffix: str) -> tuple[str, dict[Path, int]]:
    """The text, and the line on which each table, list item and key stands.

    Raises:
        UnwritableError: ``null`` in TOML, ``nan`` in JSON.
    """
    writer = _Writer(suffix)
    writer.lines[()] = 1
    {"toml": writer.toml, "yaml": writer.yaml, "json": writer.json}[suffix](tree)
    return "\n".join(writer.text) + "\n", writer.lines


class _Writer:
    def __init__(self, suffix: str) -> None:
        self.suffix = suffix
        self.text: list[str] = []
        self.lines: dict[Path, int] = {}

    def line(self, text: str, path: Path | None = None, value: object = None) -> None:
        """A line; on it stand ``path`` and everything inside ``value``."""
        self.text.append(text)
        for inner in _inside(path, value) if path is not None else ():
            self.lines[inner] = len(self.text)

    def toml(self, table: Tree, path: Path = ()) -> None:
        for key, value in table.items():
            if items := _long_list(value):
                self.line(f"{_key(key)} = [", (*path, key))
                for index, item in enumerate(items):
                    self.line(f"  {self.inline(item)},", (*path, key, index), item)
                self.line("]")
            elif not isinstance(value, dict):
                self.line(f"{_key(key)} = {self.inline(value)}", (*path, key), value)
        for key, value in table.items():
            if isinstance(value, dict):
                inner = (*path, key)
                self.line(f"[{'.'.join(_key(str(step)) for step in inner)}]", inner)
                self.toml(value, inner)

    def yaml(self, table: Tree, path: Path = ()) -> None:
        indent = "  " * len(path)
        for key, value in table.items():
            if items := _long_list(value):
                self.line(f"{indent}{json.dumps(key)}:", (*path, key))
                for index, item in enumerate(items):
                    self.line(f"{indent}  - {self.inline(item)}", (*path, key, index), item)
            elif isinstance(value, dict) and value:
                self.line(f"{indent}{json.dumps(key)}:", (*path, key))
                self.yaml(value, (*path, key))
            else:
                self.line(f"{indent}{json.dumps(key)}: {self.inline(value)}", (*path, key), value)

    def json(self, table: Tree, path: Path = (), before: str = "", after: str = "") -> None:
        indent = "  " * len(path)
        self.line(f"{indent}{before}{{", path)
        for (key, value), comma in _with_commas(list(table.items())):
            inner = (*path, key)
            if isinstance(value, dict) and value:
                self.json(value, inner, f"{json.dumps(key)}: ", comma)
            elif items := _long_list(value):
                self.line(f"{indent}  {json.dumps(key)}: [", inner)
                for (index, item), between in _with_commas(list(enumerate(items))):
                    self.line(f"{indent}    {self.inline(item)}{between}", (*inner, index), item)
                self.line(f"{indent}  ]{comma}")
            else:
                self.line(f"{indent}  {json.dumps(key)}: {self.inline(value)}{comma}", inner, value)
        self.line(f"{indent}}}{after}")

    def inline(self, value: object) -> str:
        match value:
            case dict() if self.suffix == "toml":
                return "{ " + ", ".join(f"{_key(key)} = {self.inline(entry)}" for key, entry in value.items()) + " }"
            case dict():
                return "{" + ", ".join(f"{json.dumps(key)}: {self.inline(entry)}" for key, entry in value.items()) + "}"
            case list():
                return f"[{', '.join(map(self.inline, value))}]"
            case float():
                return self.float(value)
            case None if self.suffix == "toml":
                raise UnwritableError
        return json.dumps(value)

    def float(self, value: float) -> str:
        if math.isfinite(value):
            text = repr(value)
            return text.replace("e", ".0e") if "e" in text and "." not in text else text
        if self.suffix == "json":
            raise UnwritableError
        return ("." if self.suffix == "yaml" else "") + ("nan" if math.isnan(value) else "inf")


def _long_list(value: object) -> list[object]:
    """A list that takes a line for each item because there are tables in it; any other value is none."""
    return value if isinstance(value, list) and any(isinstance(item, dict) for item in value) else []


def _inside(path: Path, value: object) -> Iterator[Path]:
    yield path
    match value:
        case dict():
            for key, entry in value.items():
                yield from _inside((*path, key), entry)
        case list():
            for index, item in enumerate(value):
                yield from _inside((*path, index), item)


def _with_commas(items: list[T]) -> Iterator[tuple[T, str]]:
    for index, item in enumerate(items, start=1):
        yield item, "," if index < len(items) else ""


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)
