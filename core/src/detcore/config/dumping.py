"""Config objects back to text, complete and unambiguous.

Every default is written, and every component and hook plugin by its full name.
"""

import enum
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import PurePath
from typing import Any

import attrs

from detcore.config.sections import ExperimentConfig, PluginsConfig
from detcore.config.structuring.fields import default_of, fields_of
from detcore.config.text.comments import Comments
from detcore.config.text.toml_text import inline
from detcore.config.text.toml_writing import write_toml
from detcore.errors import ConfigError, UnknownComponentError
from detcore.plugins import Registry, installed_registry
from detcore.plugins.groups import HOOKS_GROUP
from detcore.specs import ComponentConfig

__all__ = [
    "concise_value",
    "dump_json",
    "dump_toml",
    "dump_yaml",
    "hooks_in_full",
    "plain_value",
    "shown",
    "to_dict",
]


def to_dict(config: object, *, registry: Registry | None = None) -> dict[str, Any]:
    """A config as tables, lists and scalars; what is ``None`` is left out.

    Raises:
        UnknownComponentError: a config class that no installed or registered plugin offers.
    """
    value = plain_value(config, registry or installed_registry())
    assert isinstance(value, dict), "a config class is a table"
    return value


def dump_toml(config: ExperimentConfig, *, registry: Registry | None = None) -> str:
    """TOML that reads back to an equal config."""
    return write_toml(to_dict(config, registry=registry), Comments())


def dump_yaml(config: ExperimentConfig, *, registry: Registry | None = None) -> str:
    """YAML that reads back to an equal config."""
    from detcore.config.text.yaml_writing import write_yaml  # slow to import

    return write_yaml(to_dict(config, registry=registry), Comments())


def dump_json(config: ExperimentConfig, *, registry: Registry | None = None) -> str:
    """JSON that reads back to an equal config.

    Raises:
        ConfigError: a setting is infinite or not a number, for which JSON has no word.
    """
    try:
        return json.dumps(to_dict(config, registry=registry), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except ValueError as error:
        raise ConfigError("JSON has no word for inf and nan, which this config holds; write TOML or YAML") from error


def shown(value: object, registry: Registry) -> str:
    """A value as it stands in TOML."""
    return inline(plain_value(value, registry))


def hooks_in_full(names: Iterable[str], registry: Registry) -> list[str]:
    """Hook plugins as ``distribution/name``, so that a plugin which is installed later does not make them ambiguous.

    A name that means no hook plugin, or several, stays as it is; one plugin under two names is there once.
    """
    return list(dict.fromkeys(_hook_in_full(name, registry) for name in names))


def _hook_in_full(name: str, registry: Registry) -> str:
    try:
        return registry.resolve(HOOKS_GROUP, name).id
    except UnknownComponentError:
        return name


def concise_value(value: object, registry: Registry) -> object:
    """A value as it would be written by hand: a table holds what differs from its own defaults, under short names."""
    if not attrs.has(type(value)):
        return plain_value(value, registry)
    table: dict[str, object] = {}
    if isinstance(value, ComponentConfig):
        table["type"] = _shortest_name(type(value), registry)
    for name, field in fields_of(type(value)).items():
        own = getattr(value, field.name)
        if own is not None and own != default_of(field):
            table[name] = concise_value(own, registry)
    return table


def plain_value(value: object, registry: Registry) -> object:
    """A value as a parser would return it: every table complete, every component by its id."""
    if attrs.has(type(value)):
        return _object(value, registry)
    match value:
        case enum.Enum():
            return value.value
        case str():
            return value.replace("${", "$${")
        case PurePath():
            return value.as_posix()
        case Mapping():
            return {str(key).replace("${", "$${"): plain_value(entry, registry) for key, entry in value.items()}
        case Set():
            return sorted(plain_value(item, registry) for item in value)  # type: ignore[type-var]  # of scalars
        case Sequence():
            return [plain_value(item, registry) for item in value]
    return value


def _object(config: object, registry: Registry) -> dict[str, object]:
    table: dict[str, object] = {}
    if isinstance(config, ComponentConfig):
        table["type"] = registry.component_of(type(config)).id
    for name, field in fields_of(type(config)).items():
        value = getattr(config, field.name)
        if value is not None:
            table[name] = plain_value(value, registry)
    if isinstance(config, PluginsConfig):
        table["hooks"] = plain_value(hooks_in_full(config.hooks, registry), registry)
    return table


def _shortest_name(config_class: type, registry: Registry) -> str:
    component = registry.component_of(config_class)
    return component.name if component.name in registry.names(component.group) else component.id
