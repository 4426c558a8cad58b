"""The settings of a config class: the names that they have in a file, and what they are where nobody sets them."""

from typing import TYPE_CHECKING, Any

import attrs

from detcore.config.structuring.types import config_class_in, field_types
from detcore.specs import ComponentConfig

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["default_of", "fields_of", "tables_in"]


def fields_of(config_class: type) -> dict[str, "Attribute[Any]"]:
    """The fields that may be set, by their names in a file; none where it is no config class."""
    if not attrs.has(config_class):
        return {}
    return {field.alias or field.name: field for field in attrs.fields(config_class) if field.init}


def default_of(field: "Attribute[Any]", owner: object = None) -> Any:
    """The value of a field that nobody sets.

    ``attrs.NOTHING``: it has to be set, or is worked out from the other fields and there is no ``owner`` that has them.
    """
    default: Any = field.default
    if not hasattr(default, "takes_self"):
        return default
    if not default.takes_self:
        return default.factory()
    return attrs.NOTHING if owner is None else default.factory(owner)


def tables_in(config_class: type) -> dict[str, type]:
    """The classes of the fields that are tables and always of one class, by their names in a file.

    A class that holds another of itself is not listed, so that whoever follows these comes to an end.
    """
    hints = field_types(config_class)
    found = {name: config_class_in(hints[field.name]) for name, field in fields_of(config_class).items()}
    return {
        name: inner
        for name, inner in found.items()
        if inner is not None and inner is not config_class and not issubclass(inner, ComponentConfig)
    }
