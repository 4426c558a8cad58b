"""Nodes to config objects, strictly, with every mistake reported and nothing built.

A mistake does not stop the reading: a value that cannot be used is replaced by its field's default, so that the rest
of the config is still checked. The object is then only good for finding more mistakes.
"""

import collections.abc
import enum
import inspect
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path as FilePath
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import attrs

from detcore.config.nodes import Node, Path, Unresolved, plain
from detcore.config.problems import Finding
from detcore.config.types import found, is_union, members_of, wanted
from detcore.errors import PluginError, UnknownComponentError
from detcore.plugins import Component, Registry, did_you_mean, guarded
from detcore.specs import ComponentConfig

__all__ = ["Structurer", "UnreadableError", "field_types"]

_STAND_INS: Mapping[Any, Any] = {int: 1, float: 1.0, str: "", bool: False}
"""What a simple setting without a default is taken for once it is known to be wrong."""


class UnreadableError(Exception):
    """A value is wrong and there is nothing to put in its place; the finding has been recorded."""


class Structurer:
    """Reads nodes as typed values, collecting what is wrong in ``findings``."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.findings: list[Finding] = []

    def read(self, node: Node, hint: Any, path: Path) -> Any:
        """The node as a value of type ``hint``.

        Raises:
            UnreadableError: it is none.
            PluginError: a plugin that the config names is broken.
        """
        if isinstance(node.value, Unresolved):
            raise UnreadableError
        if is_union(hint):
            return self._union(node, hint, path)
        origin = get_origin(hint) or hint
        if origin is Literal:
            return self._choice(node, {value: value for value in get_args(hint)}, path)
        if origin in (tuple, collections.abc.Sequence):
            return self._tuple(node, hint, path)
        if origin in (list, set, frozenset):
            return origin(self._sequence(node, hint, path))
        if origin in (dict, collections.abc.Mapping):
            return self._mapping(node, hint, path)
        return self._class(node, hint, path) if isinstance(hint, type) else plain(node)

    def _class(self, node: Node, hint: type, path: Path) -> Any:
        if issubclass(hint, ComponentConfig):
            return self._component(node, hint, path)
        if issubclass(hint, enum.Enum):
            return self._choice(node, {member.value: member for member in hint}, path)
        if attrs.has(hint):
            return self._object(node, hint, path, component=None)
        if issubclass(hint, PurePath):
            return FilePath(self._scalar(node, str, path))
        if hint in (bool, int, float, str):
            return self._scalar(node, hint, path)
        return plain(node)

    # Scalars

    def _scalar(self, node: Node, hint: type, path: Path) -> Any:
        value = node.value
        if type(value) is hint:
            return value
        if hint is float and type(value) is int:
            return float(value)
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}{_hint_at_format(node, hint)}")

    def _choice(self, node: Node, choices: Mapping[Any, Any], path: Path) -> Any:
        for value, meaning in choices.items():
            if type(value) is type(node.value) and value == node.value:
                return meaning
        words = [value for value in choices if isinstance(value, str)]
        near = did_you_mean(node.value, words) if isinstance(node.value, str) else ""
        allowed = wanted(Literal[tuple(choices)])
        raise self._refuse(node, path, f"must be {allowed}, not {found(node)}{near}")

    # Containers

    def _union(self, node: Node, hint: Any, path: Path) -> Any:
        members = members_of(hint)
        if len(members) == 1:
            return self.read(node, members[0], path)
        attempts: list[list[Finding]] = []
        for member in members:
            attempt = Structurer(self.registry)
            try:
                value = attempt.read(node, member, path)
                if not attempt.findings:
                    return value
            except UnreadableError:
                if not attempt.findings:  # an unresolved reference inside, which has been reported already
                    raise
            attempts.append(attempt.findings)
        # The alternative that could be read furthest is the one that was meant.
        deeper = [findings for findings in attempts if all(len(finding.path) > len(path) for finding in findings)]
        if len(deeper) == 1:
            self.findings += deeper[0]
            raise UnreadableError
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")

    def _sequence(self, node: Node, hint: Any, path: Path) -> list[Any]:
        arguments = get_args(hint) or (object,)
        items = self._items(node, hint, path)
        return self._all(items, [arguments[0]] * len(items), path)

    def _tuple(self, node: Node, hint: Any, path: Path) -> tuple[Any, ...]:
        arguments = get_args(hint) or (object, ...)
        items = self._items(node, hint, path)
        if Ellipsis in arguments:
            return tuple(self._all(items, [arguments[0]] * len(items), path))
        if len(items) != len(arguments):
            raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")
        return tuple(self._all(items, arguments, path))

    def _mapping(self, node: Node, hint: Any, path: Path) -> dict[str, Any]:
        entries = self._table(node, hint, path)
        value_hint = (get_args(hint) or (str, object))[1]
        values = self._all(entries.values(), [value_hint] * len(entries), path, steps=list(entries))
        return dict(zip(entries, values, strict=True))

    def _items(self, node: Node, hint: Any, path: Path) -> list[Node]:
        if isinstance(node.value, list):
            return node.value
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")

    def _table(self, node: Node, hint: Any, path: Path) -> dict[str, Node]:
        if isinstance(node.value, dict):
            return node.value
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")

    def _all(
        self, nodes: Iterable[Node], hints: Iterable[Any], path: Path, *, steps: Iterable[str | int] | None = None
    ) -> list[Any]:
        """Every node read, so that all are checked even where the first is wrong."""
        values, failed = [], False
        for index, (node, hint) in enumerate(zip(nodes, hints, strict=True)):
            step = index if steps is None else list(steps)[index]
            try:
                values.append(self.read(node, hint, (*path, step)))
            except UnreadableError:
                failed = True
        if failed:
            raise UnreadableError
        return values

    # Objects

    def _component(self, node: Node, base: type[ComponentConfig], path: Path) -> Any:
        entries = self._table(node, base, path)
        name = entries.get("type")
        if name is None:
            if not inspect.isabstract(base):
                return self._object(node, base, path, component=None)
            names = " or ".join(map(repr, self.registry.names(base.group)))
            raise self._refuse(node, path, f'needs a "type": {names or "no installed plugin offers any"}')
        type_path = (*path, "type")
        text = self._scalar(name, str, type_path)
        try:
            component = self.registry.resolve(base.group, text)
        except UnknownComponentError as error:
            raise self._refuse(name, type_path, str(error), is_unknown_component=True) from error
        config_class = self.registry.load(component, base)
        settings = Node({key: entry for key, entry in entries.items() if key != "type"}, node.origin)
        return self._object(settings, config_class, path, component=component)

    def _object(self, node: Node, config_class: type, path: Path, *, component: Component | None) -> Any:
        before = len(self.findings)
        values: dict[str, Any] = {}
        self.read_fields(node, config_class, path, into=values, component=component)
        try:
            return _constructed(config_class, values, component)
        except (ValueError, TypeError) as error:
            if len(self.findings) == before:  # otherwise this may only follow from a default put in
                self.findings.append(Finding(node.origin, path, str(error.args[0] if error.args else error)))
            raise UnreadableError from error

    def read_fields(
        self, node: Node, config_class: type, path: Path, *, into: dict[str, Any], component: Component | None = None
    ) -> None:
        """The fields of a config class that the node sets, each by the name its constructor takes.

        Raises:
            UnreadableError: a field without a default is wrong and has no stand-in; ``into`` still holds the others.
        """
        entries = self._table(node, config_class, path)
        hints = field_types(config_class, component)
        fields = {field.alias or field.name: field for field in attrs.fields(config_class) if field.init}
        self._refuse_unknown(entries, fields, path)
        meant = {_nearest(key, fields) for key in entries if key not in fields}
        failed = False
        for key, field in fields.items():
            try:
                if key in entries:
                    into[key] = self._field(entries[key], field, hints[field.name], (*path, key))
                elif field.default is attrs.NOTHING:
                    raise self._missing(node, (*path, key), hints[field.name], is_misspelt=key in meant)
            except UnreadableError:
                if field.default is attrs.NOTHING and not _stand_in(field, hints[field.name], into, key):
                    failed = True
        if failed:
            raise UnreadableError

    def _refuse_unknown(self, entries: Mapping[str, Node], known: Mapping[str, object], path: Path) -> None:
        for key, entry in entries.items():
            if key not in known:
                advice = did_you_mean(key, known) or f"; there is {', '.join(known) or 'none'}"
                self.findings.append(Finding(entry.origin, (*path, key), f"no such setting{advice}"))

    def _missing(self, node: Node, path: Path, hint: Any, *, is_misspelt: bool) -> UnreadableError:
        if is_misspelt:  # the suggestion beside the misspelt word says it all
            return UnreadableError()
        return self._refuse(node, path, f"is missing; must be {wanted(hint)}")

    def _field(self, node: Node, field: "attrs.Attribute[Any]", hint: Any, path: Path) -> Any:
        if node.value is None:
            raise self._refuse(node, path, "null is not a value here; leave the key out")
        value = self.read(node, hint, path)
        if field.validator is not None:
            try:
                # Called here as well as by the constructor, because only here is it known which field it is about.
                field.validator(None, field, value)
            except (ValueError, TypeError) as error:
                message = str(error.args[0] if error.args else error)
                raise self._refuse(node, path, message.removeprefix(f"'{field.name}' ")) from error
        return value

    def _refuse(self, node: Node, path: Path, message: str, *, is_unknown_component: bool = False) -> UnreadableError:
        """Record what is wrong; the exception to raise."""
        self.findings.append(Finding(node.origin, path, message, is_unknown_component))
        return UnreadableError()


def field_types(config_class: type, component: Component | None = None) -> dict[str, Any]:
    """The evaluated annotation of every field.

    Raises:
        PluginError: an annotation names something its module does not import.
    """
    if component is None:
        return _evaluated(config_class)
    with guarded(component, "having its annotations read"):
        return _evaluated(config_class)


@cache
def _evaluated(config_class: type) -> dict[str, Any]:
    return typing.get_type_hints(config_class)


def _stand_in(field: "attrs.Attribute[Any]", hint: Any, into: dict[str, Any], key: str) -> bool:
    """Put in a value for a setting that is wrong and has no default; whether one was found that the class accepts."""
    if hint not in _STAND_INS:
        return False
    try:
        if field.validator is not None:
            field.validator(None, field, _STAND_INS[hint])
    except (ValueError, TypeError):
        return False
    into[key] = _STAND_INS[hint]
    return True


def _constructed(config_class: type, values: Mapping[str, Any], component: Component | None) -> Any:
    try:
        return config_class(**values)
    except (ValueError, TypeError, PluginError):
        raise
    except Exception:
        if component is None:
            raise
        with guarded(component, "checking its settings"):
            raise


def _nearest(word: str, known: Iterable[str]) -> str | None:
    suggestion = did_you_mean(word, known)
    return suggestion.split("'")[1] if suggestion else None


def _hint_at_format(node: Node, hint: type) -> str:
    """A word about a value that reads like a number to a person, and to YAML as text."""
    if hint not in (int, float) or not isinstance(node.value, str):
        return ""
    try:
        float(node.value)
    except ValueError:
        return ""
    is_yaml = node.origin.file.endswith((".yaml", ".yml"))
    return "; YAML takes 1e-3 for text, write 1.0e-3" if is_yaml and "e" in node.value.lower() else ""
