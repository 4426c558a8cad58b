"""One config file as nodes, whatever it is written in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

import tomli

from detcore.config.text.limits import TOO_DEEP, refuse_excess
from detcore.config.text.misreading import MisreadError
from detcore.config.text.nodes import Node, Origin, Path, Scalar
from detcore.config.text.opening import UnopenableError, text_of
from detcore.config.text.scalars import MOST_DIGITS, TOO_LARGE, accepted, accepted_key
from detcore.config.text.toml_positions import toml_positions
from detcore.errors import ConfigError

__all__ = ["from_plain", "parse", "read_file"]


def read_file(path: FilePath) -> Node:
    """The file's top table.

    Raises:
        ConfigError: the file is missing, is not text, has an unknown ending, or cannot be parsed.
    """
    return parse(text_of(path), path.suffix, str(path))


def parse(text: str, suffix: str, file: str) -> Node:
    """The top table of a text in the format that ``suffix`` names; ``file`` is what messages call it.

    Raises:
        ConfigError: there is no such format, or the text is not in it, is no table, or holds what no config may.
    """
    if suffix.lower() not in _PARSERS:
        raise UnopenableError(f"{file}: a config file ends in {', '.join(_PARSERS)}, not {suffix!r}")
    try:
        node = _PARSERS[suffix.lower()](text, file)
    except MisreadError as error:
        raise ConfigError(f"{file}:{error.line}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: {TOO_DEEP}") from error
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from error
    if not isinstance(node.value, dict):
        raise ConfigError(f"{node.origin}: must hold a table of settings, not {_kind(node.value)}")
    return node


def from_plain(value: object, origin: Callable[[Path], Origin], path: Path = ()) -> Node:
    """Parsed data as nodes.

    Raises:
        TypeError: something in it is no table, list or scalar.
        MisreadError: an integer or a text of a file is none that another program could read.
    """
    match value:
        case dict():
            return Node(dict(_entries(value, origin, path)), origin(path))
        case list() | tuple():
            return Node([from_plain(item, origin, (*path, index)) for index, item in enumerate(value)], origin(path))
        case _ if isinstance(value, Scalar):
            place = origin(path)
            # What comes from a file has to be readable by every program; anything else is judged by its type alone.
            return Node(accepted(value, place.line) if place.line else value, place)
    raise TypeError(f"a config cannot hold {value!r}")


def _entries(table: dict[object, object], origin: Callable[[Path], Origin], path: Path) -> Iterator[tuple[str, Node]]:
    for key, entry in table.items():
        place = (*path, str(key))
        line = origin(place).line
        yield accepted_key(str(key), line) if line else str(key), from_plain(entry, origin, place)


def _parse_toml(text: str, file: str) -> Node:
    try:
        value = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise MisreadError(error.lineno, f"{error.msg} (column {error.colno})") from error
    except ValueError as error:  # Python's own limit on the digits of an integer, which names no line
        raise MisreadError(_line_of_long_integer(text), TOO_LARGE) from error
    refuse_excess(value)
    return _placed(value, toml_positions(text), file)


def _parse_json(text: str, file: str) -> Node:
    import json  # here, and below, because most configs are TOML and need neither format's modules

    from detcore.config.text.json_positions import json_positions

    try:
        value = json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise MisreadError(error.lineno, f"{error.msg} (column {error.colno})") from error
    refuse_excess(value)
    return _placed(value, json_positions(text), file)


def _parse_yaml(text: str, file: str) -> Node:
    from detcore.config.text.yaml_nodes import parse_yaml

    return parse_yaml(text, file)


def _placed(value: object, lines: dict[Path, int], file: str) -> Node:
    return from_plain(value, lambda path: Origin(file, lines.get(path, 1)))


def _integer(digits: str) -> int:
    """The number, or for one too long for Python the beginning of it, which is too large for a config as well."""
    return int(digits[:MOST_DIGITS])


def _line_of_long_integer(text: str) -> int:
    found = re.search(rf"[0-9_]{{{MOST_DIGITS}}}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "a single value"


_PARSERS: dict[str, Callable[[str, str], Node]] = {
    ".toml": _parse_toml,
    ".yaml": _parse_yaml,
    ".yml": _parse_yaml,
    ".json": _parse_json,
}
