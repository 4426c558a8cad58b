"""One config file as nodes, whatever it is written in."""

from collections.abc import Callable
from pathlib import Path as FilePath

import tomli

from detcore.config.nodes import Node, Origin, Path, Scalar
from detcore.config.toml_positions import toml_positions
from detcore.errors import ConfigError

__all__ = ["from_plain", "parse", "read_file"]


def read_file(path: FilePath) -> Node:
    """The file's top table.

    Raises:
        ConfigError: the file is missing, is not text, has an unknown ending, or cannot be parsed.
    """
    parser = _PARSERS.get(path.suffix.lower())
    if parser is None:
        raise ConfigError(f"{path}: a config file ends in {', '.join(_PARSERS)}, not {path.suffix!r}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as text: {error}") from error
    return parse(text, path.suffix.lower(), str(path))


def parse(text: str, suffix: str, file: str) -> Node:
    """The top table of a text in the format that ``suffix`` names; ``file`` is what messages call it."""
    try:
        node = _PARSERS[suffix](text.replace("\r\n", "\n"), file)
    except ValueError as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: cannot be read: nested too deeply") from error
    if not isinstance(node.value, dict):
        raise ConfigError(f"{file}: must hold a table of settings, not {type(node.value).__name__}")
    return node


def from_plain(value: object, origin: Callable[[Path], Origin], path: Path = ()) -> Node:
    """Parsed data as nodes.

    Raises:
        TypeError: something in it is no table, list or scalar.
    """
    match value:
        case dict():
            entries = {str(key): from_plain(entry, origin, (*path, str(key))) for key, entry in value.items()}
            return Node(entries, origin(path))
        case list() | tuple():
            return Node([from_plain(item, origin, (*path, index)) for index, item in enumerate(value)], origin(path))
        case _ if isinstance(value, Scalar):
            return Node(value, origin(path))
    raise TypeError(f"a config cannot hold {value!r}")


def _parse_toml(text: str, file: str) -> Node:
    value = tomli.loads(text)
    return _placed(value, toml_positions(text), file)


def _parse_json(text: str, file: str) -> Node:
    import json  # here, and below, because most configs are TOML and need neither format's modules

    from detcore.config.json_positions import json_positions

    value = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse_constant)
    return _placed(value, json_positions(text), file)


def _parse_yaml(text: str, file: str) -> Node:
    from detcore.config.yaml_nodes import parse_yaml

    return parse_yaml(text, file)


def _placed(value: object, lines: dict[Path, int], file: str) -> Node:
    return from_plain(value, lambda path: Origin(file, lines.get(path, 1)))


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice in one object"
        )
    return table


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_PARSERS: dict[str, Callable[[str, str], Node]] = {
    ".toml": _parse_toml,
    ".yaml": _parse_yaml,
    ".yml": _parse_yaml,
    ".json": _parse_json,
}
