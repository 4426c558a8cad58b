"""What a config means by leaving a setting out."""

import collections.abc
import inspect
from typing import Any, get_args, get_origin

import attrs

from detcore.config.sections import ExperimentConfig
from detcore.config.structuring.types import field_types, is_union, members_of
from detcore.config.text.nodes import Node, Path, child
from detcore.errors import DetcoreError
from detcore.plugins import Registry
from detcore.specs import ComponentConfig

__all__ = ["default_at"]

_SEQUENCES = (tuple, list, collections.abc.Sequence)


def default_at(root: Node, path: Path, registry: Registry) -> object:
    """The default of the setting at a path that ``root`` does not write; ``...`` where that cannot be told.

    It depends on what is written around it: the ``type`` of a component says which settings it has.
    """
    try:
        return _below(root, ExperimentConfig, path, registry)
    except DetcoreError:  # a component that is unknown or broken, which is reported when the config is read
        return ...


def _below(node: Node | None, hint: Any, path: Path, registry: Registry) -> object:
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        inner = None if node is None else child(node, step)
        return _below(inner, _element(hint), rest, registry) if inner is not None and rest else ...
    config_class = _config_class(node, hint, registry)
    field = None if config_class is None else _field(config_class, step)
    if config_class is None or field is None:
        return ...
    inner = None if node is None else child(node, step)
    if inner is None:
        return _inside(_default(field), rest)
    return _below(inner, field_types(config_class)[field.name], rest, registry) if rest else ...


def _config_class(node: Node | None, hint: Any, registry: Registry) -> type | None:
    for member in members_of(hint) if is_union(hint) else [hint]:
        if isinstance(member, type) and issubclass(member, ComponentConfig):
            name = None if node is None else child(node, "type")
            if name is not None and isinstance(name.value, str):
                return registry.load(registry.resolve(member.group, name.value), member)
            return None if inspect.isabstract(member) else member
        if isinstance(member, type) and attrs.has(member):
            return member
    return None


def _element(hint: Any) -> Any:
    for member in members_of(hint) if is_union(hint) else [hint]:
        if get_origin(member) in _SEQUENCES:
            return get_args(member)[0]
    return None


def _field(config_class: type, key: str) -> "attrs.Attribute[Any] | None":
    fields = [field for field in attrs.fields(config_class) if field.init and (field.alias or field.name) == key]
    return fields[0] if fields else None


def _default(field: "attrs.Attribute[Any]") -> object:
    default = field.default
    if default is attrs.NOTHING:
        return ...
    if default is not None and hasattr(default, "factory"):
        return ... if default.takes_self else default.factory()
    return default


def _inside(value: object, path: Path) -> object:
    for step in path:
        value = getattr(value, str(step), ...) if attrs.has(type(value)) else ...
    return value
