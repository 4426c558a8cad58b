"""Config classes as tables of a JSON Schema."""

import enum
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import attrs

from detcore.config.documentation import purpose_of, texts_of
from detcore.config.schema.choices import Alternative, choice, without_type
from detcore.config.schema.defaults import default_keyword
from detcore.config.schema.keywords import Schema, and_references, merged_types, reference_to
from detcore.config.structuring.fields import fields_of
from detcore.config.structuring.limits import limits_of
from detcore.config.structuring.types import field_types, is_union, members_of
from detcore.config.structuring.upgrading import still_taken
from detcore.errors import PluginError
from detcore.plugins import Component, Registry, guarded
from detcore.plugins.component import USABLE
from detcore.specs import ComponentConfig

__all__ = ["TableWriter"]

_SCALARS = {bool: "boolean", int: "integer", float: "number", str: "string"}


class TableWriter:
    """Writes the table of each component once, in ``definitions``; everything else where it stands."""

    def __init__(self, registry: Registry, unusable: Mapping[Component, str]) -> None:
        self.registry = registry
        self._unusable = unusable
        self.definitions: dict[str, Schema] = {}
        self.left_out: list[str] = []
        self._broken: set[Component] = set()
        self._open: list[type] = []
        self._parts: dict[str, list[str]] = {}

    def all_definitions(self) -> dict[str, Schema]:
        """Every table that is referred to, by name."""
        parts = {
            name: without_type({each: self.definitions[each] for each in definitions})
            for name, definitions in self._parts.items()
        }
        return dict(sorted((self.definitions | parts).items()))

    def table(self, config_class: type, component: Component | None = None) -> Schema:
        """A closed table of the class's settings.

        Raises:
            PluginError: the component's annotations or defaults cannot be read.
        """
        if config_class in self._open:  # holds itself; one level of it is described
            return {"type": "object"}
        self._open.append(config_class)
        try:
            properties = dict(self._settings(config_class, component))
        finally:
            self._open.pop()
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _settings(self, config_class: type, component: Component | None) -> Iterator[tuple[str, Schema]]:
        hints, texts = field_types(config_class, component), texts_of(config_class)
        for name, field in fields_of(config_class).items():
            schema = self.value(hints[field.name], limits_of(field.validator))
            yield name, and_references(schema, self._notes(field, texts.get(field.name, ""), component))
        yield from _outdated(config_class, component)

    def _notes(self, field: "attrs.Attribute[Any]", text: str, component: Component | None) -> Schema:
        notes = {"description": text} if text else {}
        if component is None:
            return notes | default_keyword(field, self.registry)
        with guarded(component, "giving its defaults"):
            return notes | default_keyword(field, self.registry)

    def value(self, hint: Any, limits: Sequence[Mapping[str, Any]], *, in_list: bool = False) -> Schema:
        """What may stand for a value of this type, references left aside."""
        own, inner = (dict(limits[0]) if limits else {}), limits[1:]
        if is_union(hint):
            return merged_types([self.value(member, limits) for member in members_of(hint)])
        origin = get_origin(hint) or hint
        if origin is Literal:
            return {"enum": list(get_args(hint))}
        if origin is tuple and get_args(hint) and Ellipsis not in get_args(hint):
            return self._fixed_list(get_args(hint), inner)
        if origin in (dict, Mapping):
            return self._mapping(hint, inner)
        if origin in (tuple, list, set, frozenset, Sequence):
            return {"type": "array", "items": self._item((get_args(hint) or (object,))[0], inner)} | own
        return self._class(hint, in_list=in_list) | own if isinstance(hint, type) else {}

    def _class(self, hint: type, *, in_list: bool) -> Schema:
        if issubclass(hint, ComponentConfig):
            return self._choice(hint, in_list=in_list)
        if issubclass(hint, enum.Enum):
            return {"enum": [member.value for member in hint]}
        if attrs.has(hint):
            return {"description": purpose_of(hint), **self.table(hint)}
        if issubclass(hint, PurePath):
            return {"type": "string"}
        return {"type": _SCALARS[hint]} if hint in _SCALARS else {}

    def _item(self, hint: Any, limits: Sequence[Mapping[str, Any]]) -> Schema:
        return and_references(self.value(hint, limits, in_list=True), {})

    def _fixed_list(self, hints: Sequence[Any], limits: Sequence[Mapping[str, Any]]) -> Schema:
        items = [self._item(hint, limits) for hint in hints]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}

    def _mapping(self, hint: Any, limits: Sequence[Mapping[str, Any]]) -> Schema:
        return {"type": "object", "additionalProperties": self._item((get_args(hint) or (str, object))[1], limits)}

    # Components

    def _choice(self, base: type[ComponentConfig], *, in_list: bool) -> Schema:
        alternatives = list(self._alternatives(base))
        if not alternatives:  # where nothing is installed, nothing is known
            return {"description": purpose_of(base), "type": "object"}
        untyped = self._untyped(base, alternatives, in_list=in_list)
        return {"description": purpose_of(base), **choice(alternatives, untyped, is_complete=in_list)}

    def _untyped(self, base: type[ComponentConfig], alternatives: Sequence[Alternative], *, in_list: bool) -> Schema:
        """What holds for a table without ``type``: it is the base itself, or wrong, or a part of some component."""
        if not inspect.isabstract(base):
            return reference_to(self._defined(base, None))
        if in_list:
            return {"required": ["type"]}
        definitions = list(dict.fromkeys(each.definition for each in alternatives))
        if len(definitions) == 1:
            return reference_to(definitions[0])
        self._parts[_name(base)] = definitions
        return reference_to(_name(base))

    def _alternatives(self, base: type[ComponentConfig]) -> Iterator[Alternative]:
        for row in self.registry.rows:
            component = row.component
            if component.group != base.group:
                continue
            if row.status not in USABLE:
                self._leave_out(component, f"{component.full_id} cannot be used: {row.reason}")
            elif component in self._unusable:
                self._leave_out(component, self._unusable[component])
            found = self._loaded(component)
            if found is not None and issubclass(found, base):
                yield Alternative(
                    component=component,
                    has_short_name=row.status != "shadowed",
                    definition=_name(found),
                    summary=purpose_of(found),
                    required=_required(found),
                )

    def _loaded(self, component: Component) -> type | None:
        """The component's class, with its definition written; ``None`` where it is left out."""
        if component in self._broken:
            return None
        try:
            found = self.registry.load(component, ComponentConfig)
            self._defined(found, component)
        except PluginError as error:
            self._leave_out(component, str(error))
            return None
        return found

    def _leave_out(self, component: Component, message: str) -> None:
        if component not in self._broken:
            self._broken.add(component)
            self.left_out.append(message)

    def _defined(self, config_class: type, component: Component | None) -> str:
        name = _name(config_class)
        if name not in self.definitions:
            self.definitions[name] = {}  # taken, in case the component may hold others of its kind
            try:
                table = self.table(config_class, component)
            except PluginError:
                del self.definitions[name]
                raise
            self.definitions[name] = table | {"properties": {"type": True, **table["properties"]}}
        return name


def _name(config_class: type) -> str:
    return f"{config_class.__module__}.{config_class.__qualname__}"


def _outdated(config_class: type, component: Component | None) -> Iterator[tuple[str, Schema]]:
    """The keys with a better name by now, which take whatever they once took."""
    for deprecated in still_taken(config_class, component):
        advice = f"write {deprecated.instead}" if deprecated.instead else "leave it out; nothing reads it any more"
        told = f"Deprecated since {deprecated.since}, gone in {deprecated.until}; {advice}."
        yield deprecated.key, {"description": told, "deprecated": True}


def _required(config_class: type) -> list[str]:
    return [name for name, field in fields_of(config_class).items() if field.default is attrs.NOTHING]
