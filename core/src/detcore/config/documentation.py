"""What a config class says about its own settings, read from its source."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
from attrs import evolve, frozen

from detcore.config.bounds import allowed_by
from detcore.config.dumping import concise_value
from detcore.config.structuring.fields import default_of, fields_of, tables_in
from detcore.config.structuring.types import field_types, wanted
from detcore.config.text.toml_text import inline
from detcore.plugins import Registry

__all__ = ["Setting", "purpose_of", "settings_of", "settings_within", "texts_of"]

_ROLE = re.compile(r":\w+:`~?([^`]+)`")


@frozen(kw_only=True)
class Setting:
    """One field of a config class, as a user meets it in a file."""

    name: str
    type: str
    default: str
    """As TOML, tables without what they say by themselves.

    ``"required"``: there is none. ``"left out"``: ``None``. ``"computed"``: worked out from other settings.
    """

    help: str
    """The text under the field, on one line."""

    allowed: str = ""
    """What its validator asks of a value, such as ``">= 0"``; empty: nothing that could be told in a word."""


def settings_of(config_class: type, registry: Registry) -> list[Setting]:
    """Every setting in the order of the class, inherited ones first."""
    hints = field_types(config_class)
    texts = texts_of(config_class)
    return [
        Setting(
            name=name,
            type=wanted(hints[field.name]),
            default=_default(field, registry),
            help=texts.get(field.name, ""),
            allowed=allowed_by(field.validator),
        )
        for name, field in fields_of(config_class).items()
    ]


def settings_within(config_class: type, registry: Registry) -> list[Setting]:
    """As :func:`settings_of`, each table that is always of one class followed by its own settings, by dotted names.

    The default of such a setting is its own class's; where the table around it has another one, that table says so.
    """
    tables, found = tables_in(config_class), []
    for setting in settings_of(config_class, registry):
        inner = settings_within(tables[setting.name], registry) if setting.name in tables else []
        found += [setting, *(evolve(each, name=f"{setting.name}.{each.name}") for each in inner)]
    return found


def purpose_of(config_class: type) -> str:
    """The first paragraph of what the class says about itself, on one line, as plain text."""
    first = (inspect.getdoc(config_class) or "").partition("\n\n")[0]
    return _ROLE.sub(r"\1", " ".join(first.split()))


def texts_of(config_class: type) -> dict[str, str]:
    """The text under each field, inherited ones too, on one line each."""
    return dict(_all_texts(config_class))


def _default(field: "attrs.Attribute[Any]", registry: Registry) -> str:
    default = default_of(field)
    if default is attrs.NOTHING:
        return "required" if field.default is attrs.NOTHING else "computed"
    return "left out" if default is None else inline(concise_value(default, registry))


def _all_texts(config_class: type) -> Iterator[tuple[str, str]]:
    for base in reversed(config_class.__mro__):
        if attrs.has(base):
            yield from _texts(base).items()


@cache
def _texts(config_class: type) -> dict[str, str]:
    """The text under each field that this very class defines; none where its source is not at hand."""
    try:
        source = inspect.getsource(sys.modules[config_class.__module__])
    except (OSError, KeyError):
        return {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == config_class.__name__:
            return dict(_texts_in(node))
    return {}


def _texts_in(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, " ".join(words.split())
