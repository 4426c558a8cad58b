"""What a setting is where nobody sets it, short enough to be put in by an editor."""

from typing import TYPE_CHECKING, Any

import attrs

from detcore.config.dumping import plain_value
from detcore.config.structuring.fields import default_of, fields_of
from detcore.plugins import Registry
from detcore.specs import ComponentConfig

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["default_keyword"]


def default_keyword(field: "Attribute[Any]", registry: Registry) -> dict[str, Any]:
    """``{"default": …}``; empty where there is none, it is computed, or it is a table with nothing to say."""
    default = default_of(field)
    if default is attrs.NOTHING or default is None:
        return {}
    value = _compact(default, registry)
    return {} if value == {} else {"default": value}


def _compact(value: object, registry: Registry) -> object:
    """As it would be written by hand: a table holds what differs from its own defaults."""
    if not attrs.has(type(value)):
        return plain_value(value, registry)
    table: dict[str, object] = (
        {"type": _shortest_name(type(value), registry)} if isinstance(value, ComponentConfig) else {}
    )
    for name, field in fields_of(type(value)).items():
        own = getattr(value, field.name)
        if own is not None and own != default_of(field):
            table[name] = _compact(own, registry)
    return table


def _shortest_name(config_class: type, registry: Registry) -> str:
    component = registry.component_of(config_class)
    return component.name if component.name in registry.names(component.group) else component.id
