"""A config file in another format: the file as it is written, with its comments."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path as FilePath
from typing import Any, NamedTuple, cast

from detcore.config.rebasing import rebased
from detcore.config.text.comments import Comments, comments_of
from detcore.config.text.nodes import Node, Path, dotted, plain
from detcore.config.text.opening import text_of
from detcore.config.text.reading import parse
from detcore.config.text.toml_writing import write_toml
from detcore.config.text.yaml_writing import write_yaml
from detcore.errors import ConfigError

__all__ = ["Converted", "convert", "write_as"]

_SCHEMA_LINE = re.compile(r"#:schema +(?P<toml>\S+)|# *yaml-language-server: *\$schema=(?P<yaml>\S+)")
"""How a file tells the language server of its format where the schema is."""


class Converted(NamedTuple):
    """A text, and what it lacks."""

    text: str
    lost_comments: int


def convert(source: FilePath, suffix: str, *, target: FilePath | None = None) -> Converted:
    """The file as it would be written in the format that ``suffix`` names.

    References and short names stay as they are, and so does what it extends, unless ``target``, the file that the text
    is for, is in another folder: from there, the paths lead to the same files.

    Raises:
        ConfigError: the file cannot be read, or the format is unknown or has no word for a value.
    """
    text = text_of(source)
    root = parse(text, source.suffix, str(source))
    comments = comments_of(text, source.suffix.lower(), root)
    return write_as(root if target is None else rebased(root, source, target), suffix, comments)


def write_as(root: Node, suffix: str, comments: Comments) -> Converted:
    """What a file says, in the format that ``suffix`` names; it has been read back and says the same.

    Raises:
        ConfigError: the format is unknown, or has no word for a value.
    """
    if suffix not in _WRITERS:
        raise ConfigError(f"a config file ends in {', '.join(_WRITERS)}, not {suffix!r}")
    _refuse_foreign(root, (), suffix)
    values = plain(root)
    text = _WRITERS[suffix](cast("dict[str, Any]", values), comments)
    _encode(text, root)
    again = parse(text, suffix, root.origin.file)
    if _shape(plain(again)) != _shape(values):
        raise ConfigError(f"{root.origin.file}: cannot be written as {suffix}: it would not read back the same")
    return Converted(text, len(comments) - len(comments_of(text, suffix, again)))


def _refuse_foreign(node: Node, path: Path, suffix: str) -> None:
    match node.value:
        case dict(entries):
            for key, entry in entries.items():
                _refuse_foreign(entry, (*path, key), suffix)
        case list(items):
            for index, item in enumerate(items):
                _refuse_foreign(item, (*path, index), suffix)
        case value if isinstance(value, _FOREIGN[suffix]) or (suffix == ".json" and _is_no_number(value)):
            word = "null" if value is None else str(value)
            raise ConfigError(f"{node.origin}: {dotted(path)}: {word} cannot be written as {suffix}")


def _is_no_number(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _encode(text: str, root: Node) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"{root.origin.file}: holds half a character, {error.object[error.start]!r}") from error


def _shape(value: object) -> object:
    """The value such that equal means: of equal types too, whatever the order of keys."""
    match value:
        case dict():
            return {key: _shape(entry) for key, entry in value.items()}
        case list():
            return [_shape(item) for item in value]
    return type(value), repr(value)


def _toml(values: Mapping[str, Any], comments: Comments) -> str:
    return write_toml(values, _with_schema_line(comments, "#:schema {}"))


def _yaml(values: Mapping[str, Any], comments: Comments) -> str:
    return write_yaml(values, _with_schema_line(comments, "# yaml-language-server: $schema={}"))


def _json(values: Mapping[str, Any], comments: Comments) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _with_schema_line(comments: Comments, words: str) -> Comments:
    head = list(comments.head)
    for index, line in enumerate(head):
        if found := _SCHEMA_LINE.fullmatch(line):
            head[index] = words.format(found["toml"] or found["yaml"])
    return Comments(head=head, above=comments.above, beside=comments.beside, below=comments.below)


_WRITERS: dict[str, Callable[[Mapping[str, Any], Comments], str]] = {
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": _json,
}

_FOREIGN: dict[str, tuple[type, ...]] = {
    ".toml": (type(None),),
    ".yaml": (date, time),
    ".yml": (date, time),
    ".json": (date, time),
}
"""Values that a format has no word for that all its readers understand; a datetime is a date."""
