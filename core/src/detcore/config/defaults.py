"""What a config means by leaving a setting out."""

import collections.abc
import inspect
from typing import Any, get_args, get_origin

import attrs

from detcore.config.sections import ExperimentConfig
from detcore.config.structuring.fields import default_of, fields_of
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
    field = None if config_class is None else fields_of(config_class).get(step)
    if config_class is None or field is None:
        return ...
    inner = None if node is None else child(node, step)
    if inner is None:
        return _inside(default_of(field), rest)
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


def _inside(value: object, path: Path) -> object:
    for step in path:
        field = fields_of(type(value)).get(str(step))
        value = attrs.NOTHING if field is None else getattr(value, field.name)
    return ... if value is attrs.NOTHING else value
