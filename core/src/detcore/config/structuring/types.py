"""The types of settings: what they are, and what messages to a user call them and their values."""

import enum
import types
import typing
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import attrs

from detcore.config.text.nodes import Node
from detcore.plugins import Component, guarded, kind_of
from detcore.specs import ComponentConfig

__all__ = ["bare", "config_class_in", "field_types", "found", "is_union", "listed", "members_of", "wanted"]


def field_types(config_class: type, component: Component | None = None) -> dict[str, Any]:
    """The evaluated annotation of every field.

    Raises:
        PluginError: an annotation names something its module does not import.
    """
    if component is None:
        return _evaluated(config_class)
    with guarded(component, "having its annotations read"):
        return _evaluated(config_class)


def config_class_in(hint: Any) -> type | None:
    """The config class of a table that a setting of this type holds, left out or not; ``None`` where it holds none."""
    members = members_of(hint) if is_union(hint) else [hint]
    classes = [member for member in members if isinstance(member, type) and attrs.has(member)]
    return classes[0] if len(classes) == 1 == len(members) else None


def bare(hint: Any) -> Any:
    """A type without the names and notes around it: ``Annotated``, ``NewType`` and ``type X = …``."""
    while True:
        if get_origin(hint) is typing.Annotated:
            hint = get_args(hint)[0]
        elif isinstance(hint, typing.NewType):
            hint = hint.__supertype__
        elif type(hint).__name__ == "TypeAliasType":  # of typing from Python 3.12 on, or of typing_extensions
            hint = hint.__value__
        else:
            return hint


def is_union(hint: object) -> bool:
    """Whether a type is ``X | Y`` or ``Union[X, Y]``."""
    return get_origin(hint) in (types.UnionType, typing.Union)


def members_of(hint: object) -> list[Any]:
    """The alternatives of a union, ``None`` left out: it is expressed by leaving the key out."""
    return [member for member in get_args(hint) if member is not type(None)]


def listed(values: Iterable[object]) -> str:
    """``'a', 'b' or 'c'``."""
    words = [repr(value) for value in values]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def wanted(hint: Any) -> str:
    """What a value of this type is called: ``"int"``, ``"a list of string"``, ``"'train' or 'evaluate'"``."""
    hint = bare(hint)
    if is_union(hint):
        return " or ".join(wanted(member) for member in members_of(hint))
    origin = get_origin(hint)
    if origin is Literal:
        return listed(get_args(hint))
    if origin is tuple and Ellipsis not in get_args(hint):
        return f"a list of {len(get_args(hint))} ({', '.join(wanted(item) for item in get_args(hint))})"
    if origin is dict or (isinstance(origin, type) and issubclass(origin, typing.Mapping)):
        return "a table"
    if origin is not None:
        return f"a list of {_several(get_args(hint)[0])}"
    return _wanted_class(hint)


def found(node: Node) -> str:
    """What stands in the file, short enough for a message."""
    match node.value:
        case dict(entries):
            return f"a table ({', '.join(entries)})" if entries else "an empty table"
        case list(items):
            return f"a list of {len(items)}"
        case bool(truth):
            return str(truth).lower()
        case str(text):
            return repr(text if len(text) <= 60 else text[:57] + "...")
        case None:
            return "null"
        case date() | time() | datetime():
            return f"the {type(node.value).__name__} {node.value}"
        case int(number) if number.bit_length() > 64:
            return f"a number of {number.bit_length()} bits"
        case value:
            return str(value)


@cache
def _evaluated(config_class: type) -> dict[str, Any]:
    hints = typing.get_type_hints(config_class)
    return {field.name: hints.get(field.name, Any) for field in attrs.fields(config_class)}


def _several(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, ComponentConfig):
        return f'tables with a "type" among {kind_of(hint.group)}'
    if hint in (str, int, float, bool):
        return {str: "strings", int: "ints", float: "floats", bool: "bools"}[hint]
    return wanted(hint)


def _wanted_class(hint: Any) -> str:
    if not isinstance(hint, type):
        return str(hint)
    if issubclass(hint, enum.Enum):
        return listed(member.value for member in hint)
    if issubclass(hint, PurePath):
        return "a path"
    if issubclass(hint, ComponentConfig):
        return f'a table with a "type" among {kind_of(hint.group)}'
    if attrs.has(hint) or hint is dict:
        return "a table"
    names = {"str": "a string", "tuple": "a list", "list": "a list"}
    return names.get(hint.__name__, hint.__name__)
