"""Config objects back to text, complete and unambiguous: every default written, every component by its full name."""

import enum
import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import PurePath
from typing import Any, cast

import attrs

from detcore.config.sections import ExperimentConfig
from detcore.plugins import Registry, installed_registry
from detcore.specs import ComponentConfig

__all__ = ["dump_toml", "dump_yaml", "shown", "to_dict"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 120


def to_dict(config: object, *, registry: Registry | None = None) -> dict[str, Any]:
    """A config as tables, lists and scalars; what is ``None`` is left out.

    Raises:
        UnknownComponentError: a config class that no installed or registered plugin offers.
    """
    value = _plain(config, registry or installed_registry())
    assert isinstance(value, dict), "a config class is a table"
    return value


def dump_toml(config: ExperimentConfig, *, registry: Registry | None = None) -> str:
    """TOML that reads back to an equal config."""
    return "\n".join(_table_lines(to_dict(config, registry=registry), ())).strip() + "\n"


def dump_yaml(config: ExperimentConfig, *, registry: Registry | None = None) -> str:
    """YAML that reads back to an equal config."""
    import yaml

    return yaml.safe_dump(to_dict(config, registry=registry), sort_keys=False, allow_unicode=True)


def shown(value: object, registry: Registry) -> str:
    """A value as it stands in TOML."""
    return _inline(_plain(value, registry))


def _plain(value: object, registry: Registry) -> object:
    if attrs.has(type(value)):
        return _object(cast("attrs.AttrsInstance", value), registry)
    match value:
        case enum.Enum():
            return value.value
        case str():
            return value.replace("${", "$${")
        case PurePath():
            return value.as_posix()
        case Mapping():
            return {str(key): _plain(entry, registry) for key, entry in value.items()}
        case Set():
            return sorted(_plain(item, registry) for item in value)  # type: ignore[type-var]  # of scalars
        case Sequence():
            return [_plain(item, registry) for item in value]
    return value


def _object(config: "attrs.AttrsInstance", registry: Registry) -> dict[str, object]:
    table: dict[str, object] = {}
    if isinstance(config, ComponentConfig):
        table["type"] = registry.component_of(type(config)).id
    for field in attrs.fields(type(config)):
        value = getattr(config, field.name)
        if field.init and value is not None:
            table[field.alias or field.name] = _plain(value, registry)
    return table


def _table_lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The table's own values, then its subtables under headers."""
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{_key(key)} = {_fitted(value, len(key))}"
    for key, value in table.items():
        if isinstance(value, dict):
            header = (*path, key)
            yield ""
            yield f"[{'.'.join(map(_key, header))}]"
            yield from _table_lines(value, header)


def _fitted(value: object, taken: int) -> str:
    """On one line, or a list too long for it with an item a line."""
    inline = _inline(value)
    if not isinstance(value, list) or taken + len(inline) + 3 <= _WIDTH:
        return inline
    return "[\n" + "".join(f"  {_inline(item)},\n" for item in value) + "]"


def _inline(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case dict():
            entries = ", ".join(f"{_key(key)} = {_inline(entry)}" for key, entry in value.items())
            return f"{{ {entries} }}" if entries else "{}"
        case float():
            return _float(value)
    return str(value)


def _float(value: float) -> str:
    text = repr(value)
    return text if "." in text or "e" in text or not text.strip("-").isdigit() else f"{text}.0"


def _string(text: str) -> str:
    # JSON's escapes are TOML's, except that TOML does not let DEL stand as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _string(key)
