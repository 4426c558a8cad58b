"""What a setting is where nobody sets it, short enough to be put in by an editor."""

from typing import TYPE_CHECKING, Any, cast

import attrs

from detcore.config.dumping import plain_value
from detcore.plugins import Registry
from detcore.specs import ComponentConfig

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["default_of"]


def default_of(field: "Attribute[Any]", registry: Registry) -> dict[str, Any]:
    """``{"default": …}``; empty where there is none, it is computed, or it is a table with nothing to say."""
    default = _plain_default(field)
    if default is attrs.NOTHING or default is None:
        return {}
    value = _compact(default, registry)
    return {} if value == {} else {"default": value}


def _plain_default(field: "Attribute[Any]") -> Any:
    default: Any = field.default
    if not hasattr(default, "takes_self"):
        return default
    return attrs.NOTHING if default.takes_self else default.factory()


def _compact(value: object, registry: Registry) -> object:
    """As it would be written by hand: a table holds what differs from its own defaults."""
    if not attrs.has(type(value)):
        return plain_value(value, registry)
    table: dict[str, object] = (
        {"type": _shortest_name(type(value), registry)} if isinstance(value, ComponentConfig) else {}
    )
    for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(value))):
        own = getattr(value, field.name)
        if field.init and own is not None and own != _plain_default(field):
            table[field.alias or field.name] = _compact(own, registry)
    return table


def _shortest_name(config_class: type, registry: Registry) -> str:
    component = registry.component_of(config_class)
    return component.name if component.name in registry.names(component.group) else component.id
