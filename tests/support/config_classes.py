"""Every first-party config class, found from what the workspace offers and what its classes hold."""

import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin

import attrs
from attrs import frozen

from detcore.config import ExperimentConfig
from detcore.plugins import GROUPS_WITHOUT_CONFIG, Registry, installed_registry
from detcore.plugins.first_party import FIRST_PARTY
from detcore.specs import ComponentConfig

__all__ = ["Field", "config_classes", "fields_of", "first_party_components", "is_choice"]


@frozen
class Field:
    """One field of one config class."""

    owner: type
    attribute: "attrs.Attribute[Any]"
    hint: Any

    @property
    def name(self) -> str:
        """``"RPNConfig.in_features"``."""
        return f"{self.owner.__name__}.{self.attribute.name}"

    @property
    def bare(self) -> Any:
        """The type without ``| None``."""
        members = [member for member in get_args(self.hint) if member is not types.NoneType]
        return members[0] if self.is_union and len(members) == 1 else self.hint

    @property
    def is_union(self) -> bool:
        """Whether the type is ``X | Y``."""
        return get_origin(self.hint) in (types.UnionType, typing.Union)

    @property
    def is_list(self) -> bool:
        """Whether the type is a tuple of any length."""
        return get_origin(self.bare) is tuple and Ellipsis in get_args(self.bare)

    @property
    def leaf(self) -> Any:
        """The type of a value, or of the items of a list, of lists, …"""
        return _leaf(self.bare)

    def filled(self, value: object) -> Any:
        """A value of the field's own structure whose every leaf is ``value``."""
        return _filled(self.bare, value)

    def refuses(self, value: object) -> bool:
        """Whether the class does not take ``value`` for this field, whatever its other fields say."""
        try:
            convert = cast("Callable[[object], object] | None", self.attribute.converter)
            converted = value if convert is None else convert(value)
            if self.attribute.validator:
                self.attribute.validator(None, self.attribute, converted)
        except ValueError:
            return True
        return False


def first_party_components(registry: Registry | None = None) -> dict[tuple[str, str], type[ComponentConfig]]:
    """Config classes by group and name, of everything first-party that is installed and has one."""
    registry = registry or installed_registry()
    rows = {(row.component.group, row.component.name): row.component for row in registry.rows}
    with_config = [key for key in FIRST_PARTY if key in rows and key[0] not in GROUPS_WITHOUT_CONFIG]
    return {key: registry.load(rows[key], ComponentConfig) for key in with_config}


@cache
def config_classes() -> tuple[type, ...]:
    """The classes of an experiment's tables and of every component, and the classes these nest; each once."""
    found: dict[type, None] = {}
    roots: list[type] = [ExperimentConfig, *first_party_components().values()]
    for root in roots:
        for config_class in _nested(root):
            found.setdefault(config_class)
    return tuple(found)


def fields_of(config_class: type) -> list[Field]:
    """Its fields with evaluated types."""
    hints = typing.get_type_hints(config_class)
    return [Field(config_class, attribute, hints[attribute.name]) for attribute in attrs.fields(config_class)]


def _nested(config_class: type) -> Iterator[type]:
    yield config_class
    for field in fields_of(config_class):
        leaf = field.leaf
        if isinstance(leaf, type) and attrs.has(leaf) and not issubclass(leaf, ComponentConfig):
            yield from _nested(leaf)


def _leaf(hint: Any) -> Any:
    return _leaf(get_args(hint)[0]) if get_origin(hint) is tuple else hint


def _filled(hint: Any, value: object) -> Any:
    if get_origin(hint) is not tuple:
        return value
    items = [item for item in get_args(hint) if item is not Ellipsis]
    return tuple(_filled(item, value) for item in items)


def is_choice(hint: Any) -> bool:
    """Whether the type is a ``Literal``."""
    return get_origin(hint) is Literal
