"""Nodes to config objects, strictly, with every mistake reported and nothing built.

A mistake does not stop the reading: a value that cannot be used is replaced by its field's default, so that the rest
of the config is still checked. The object is then only good for finding more mistakes.
"""

import collections.abc
import enum
import inspect
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import attrs
from attrs import frozen

from detcore.config.gathering import Gathered
from detcore.config.nodes import Node, Path, Unresolved, frozen_plain
from detcore.config.problems import Finding
from detcore.config.refusals import refusals, sentence, subject_of
from detcore.config.strict_scalars import RefusedError, read_choice, read_scalar
from detcore.config.types import bare, field_types, found, is_union, members_of, wanted
from detcore.config.upgrading import upgraded
from detcore.errors import PluginError, UnknownComponentError
from detcore.plugins import Component, Registry, did_you_mean, guarded, nearest_word
from detcore.specs import ComponentConfig, FrozenTable

__all__ = ["Fields", "Structurer", "UnreadableError"]

_STAND_INS: Mapping[Any, Any] = {int: 1, float: 1.0, str: "", bool: False}
"""What a simple setting without a default is taken for once it is known to be wrong."""

_LISTS = (tuple, list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_SETS = (set, frozenset, collections.abc.Set)
_TABLES = (dict, collections.abc.Mapping)


class UnreadableError(Exception):
    """A value is wrong and there is nothing to put in its place; the finding has been recorded."""


@frozen(kw_only=True)
class Fields:
    """What could be read of a table."""

    values: dict[str, Any]
    """By the names the constructor takes."""

    doubtful: frozenset[str]
    """Those among its settings that are wrong, left out though they are needed, or contain something that is wrong."""

    is_whole: bool
    """Whether every setting without a default has a value, if only one that stands in for it."""


class Structurer:
    """Reads nodes as typed values, collecting what is wrong in ``findings``.

    What comes out never changes and can be hashed: lists are tuples, sets are frozen, tables are ``FrozenTable``.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.gathered = Gathered()

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong with what was read up to now."""
        return self.gathered.findings(self.registry)

    def read(self, node: Node, hint: Any, path: Path) -> Any:
        """The node as a value of type ``hint``.

        Raises:
            UnreadableError: it is none.
            PluginError: a plugin that the config names is broken.
        """
        if isinstance(node.value, Unresolved):
            raise UnreadableError
        hint = bare(hint)
        if is_union(hint):
            return self._union(node, hint, path)
        origin = get_origin(hint) or hint
        if origin is Literal:
            return self._scalar(node, path, read_choice, {value: value for value in get_args(hint)})
        if origin is tuple:
            return self._tuple(node, hint, path)
        if origin in _LISTS:
            return tuple(self._sequence(node, hint, path))
        if origin in _SETS:
            return frozenset(self._sequence(node, hint, path))
        if origin in _TABLES:
            return self._mapping(node, hint, path)
        return self._class(node, hint, path) if isinstance(hint, type) else frozen_plain(node)

    def _class(self, node: Node, hint: type, path: Path) -> Any:
        if issubclass(hint, ComponentConfig):
            return self._component(node, hint, path)
        if issubclass(hint, enum.Enum):
            return self._scalar(node, path, read_choice, {member.value: member for member in hint})
        if attrs.has(hint):
            return self._object(node, hint, path, component=None)
        if issubclass(hint, PurePath):
            return hint(self._scalar(node, path, read_scalar, str))
        if hint is object:
            return frozen_plain(node)
        if hint in (bool, int, float, str, date, time, datetime):
            return self._scalar(node, path, read_scalar, hint)
        raise self._refuse(node, path, f"cannot be set in a file: it is a {hint.__name__}, which no file can hold")

    def _scalar(self, node: Node, path: Path, read: Any, wants: Any) -> Any:
        try:
            return read(node, wants)
        except RefusedError as error:
            raise self._refuse(node, path, str(error)) from error

    # Containers

    def _union(self, node: Node, hint: Any, path: Path) -> Any:
        members = members_of(hint)
        if len(members) == 1:
            return self.read(node, members[0], path)
        attempts: list[Gathered] = []
        for member in members:
            attempt = Structurer(self.registry)
            try:
                value = attempt.read(node, member, path)
            except UnreadableError:
                if not attempt.gathered:  # an unresolved reference inside, which has been reported already
                    raise
            else:
                if not attempt.gathered:
                    self.gathered.take_over(attempt.gathered)
                    return value
            attempts.append(attempt.gathered)
        # The alternative that could be read furthest is the one that was meant.
        deeper = [gathered for gathered in attempts if all(len(wrong.path) > len(path) for wrong in gathered.mistakes)]
        if deeper:
            self.gathered.take_over(min(deeper, key=len))
            raise UnreadableError
        near = _nearest_choice(node, members)
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}{near}")

    def _sequence(self, node: Node, hint: Any, path: Path) -> list[Any]:
        arguments = get_args(hint) or (object,)
        items = self._items(node, hint, path)
        return self._all(dict(enumerate(items)), [arguments[0]] * len(items), path)

    def _tuple(self, node: Node, hint: Any, path: Path) -> tuple[Any, ...]:
        arguments = get_args(hint) or (object, ...)
        if Ellipsis in arguments:
            return tuple(self._sequence(node, hint, path))
        items = self._items(node, hint, path)
        if len(items) != len(arguments):
            raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")
        return tuple(self._all(dict(enumerate(items)), arguments, path))

    def _mapping(self, node: Node, hint: Any, path: Path) -> FrozenTable[Any]:
        entries = self._table(node, hint, path)
        value_hint = (get_args(hint) or (str, object))[1]
        values = self._all(entries, [value_hint] * len(entries), path)
        return FrozenTable(zip(entries, values, strict=True))

    def _items(self, node: Node, hint: Any, path: Path) -> list[Node]:
        if isinstance(node.value, list):
            return node.value
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")

    def _table(self, node: Node, hint: Any, path: Path) -> dict[str, Node]:
        if isinstance(node.value, dict):
            return node.value
        raise self._refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")

    def _all(self, nodes: Mapping[Any, Node], hints: Iterable[Any], path: Path) -> list[Any]:
        """Every node read, so that all are checked even where the first is wrong."""
        values, failed = [], False
        for (step, node), hint in zip(nodes.items(), hints, strict=True):
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
            raise self._untyped(node, base, path)
        type_path = (*path, "type")
        text = self._scalar(name, type_path, read_scalar, str)
        try:
            component = self.registry.resolve(base.group, text)
        except UnknownComponentError as error:
            raise self._refuse(name, type_path, str(error), is_unknown_component=True) from error
        config_class = self.registry.load(component, base)
        settings = Node({key: entry for key, entry in entries.items() if key != "type"}, node.origin)
        return self._object(settings, config_class, path, component=component)

    def _untyped(self, node: Node, base: type[ComponentConfig], path: Path) -> UnreadableError:
        assert isinstance(node.value, dict), "a component is a table"
        slips = [key for key in node.value if nearest_word(key, ["type"])]
        if len(slips) == 1:
            return self._refuse(node.value[slips[0]], (*path, slips[0]), "no such setting; did you mean 'type'?")
        names = " or ".join(map(repr, self.registry.names(base.group)))
        return self._refuse(node, path, f'needs a "type": {names or "no installed plugin offers any"}')

    def _object(self, node: Node, config_class: type, path: Path, *, component: Component | None) -> Any:
        fields = self.read_fields(node, config_class, path, component=component)
        if fields.doubtful:
            from detcore.config.post_init import own_mistake  # only ever needed for a mistake

            error = own_mistake(config_class, fields.values, fields.doubtful)
            if error is not None:
                self._refuse_together(node, config_class, path, error)
        if not fields.is_whole:
            raise UnreadableError
        try:
            return _constructed(config_class, fields.values, component)
        except (ValueError, TypeError) as error:
            if not fields.doubtful:  # otherwise this may only follow from a default put in
                self._refuse_together(node, config_class, path, error)
            raise UnreadableError from error

    def read_fields(self, node: Node, config_class: type, path: Path, *, component: Component | None = None) -> Fields:
        """The fields of a config class, as far as the node sets them or has to.

        Raises:
            UnreadableError: the node is no table.
        """
        entries = self._table(self._upgraded(node, config_class, path, component), config_class, path)
        hints = field_types(config_class, component)
        fields = {field.alias or field.name: field for field in attrs.fields(config_class) if field.init}
        self.gathered.tables[path] = config_class
        meant = self._unread(entries, config_class, tuple(fields), path, component)
        values: dict[str, Any] = {}
        doubtful, is_whole = set(), True
        for key, field in fields.items():
            before = len(self.gathered)
            try:
                if key in entries:
                    values[key] = self._field(entries[key], field, hints[field.name], (*path, key))
                elif field.default is attrs.NOTHING:
                    raise self._missing(
                        node, (*path, key), hints[field.name], is_misspelt=not meant.isdisjoint({key, "extends"})
                    )
            except UnreadableError:
                doubtful.add(key)
                if field.default is attrs.NOTHING and not _stand_in(field, hints[field.name], values, key):
                    is_whole = False
            if len(self.gathered) > before:
                doubtful.add(key)
        return Fields(values=values, doubtful=frozenset(doubtful), is_whole=is_whole)

    def _upgraded(self, node: Node, config_class: type, path: Path, component: Component | None) -> Node:
        if not getattr(config_class, "deprecated", ()):
            return node
        node, upgrades, findings = upgraded(node, config_class, path, component)
        self.gathered.upgrades += upgrades
        self.gathered.mistakes += findings
        return node

    def _unread(
        self,
        entries: Mapping[str, Node],
        config_class: type,
        names: tuple[str, ...],
        path: Path,
        component: Component | None,
    ) -> set[str]:
        """Record keys that nothing reads; the settings that they were probably meant to be."""
        untyped = component is None and issubclass(config_class, ComponentConfig)
        known = ("extends", *names) if not path and "extends" not in entries else ("type", *names) if untyped else names
        strange = {key: entry for key, entry in entries.items() if key not in names}
        self.gathered.refuse_keys(strange, path, known, component)
        return {near for key in strange if (near := nearest_word(key, known))}

    def _missing(self, node: Node, path: Path, hint: Any, *, is_misspelt: bool) -> UnreadableError:
        if is_misspelt:  # the suggestion beside the misspelt word says it all
            return UnreadableError()
        return self._refuse(node, path, f"is missing; must be {wanted(hint)}")

    def _field(self, node: Node, field: "attrs.Attribute[Any]", hint: Any, path: Path) -> Any:
        if node.value is None:
            raise self._refuse(node, path, "null is not a value here; leave the key out")
        value = self.read(node, hint, path)
        refused = list(refusals(field, value)) if field.validator is not None else []
        for inner, message in refused:
            self._refuse(_entry(node, inner), (*path, *inner), message)
        if refused:
            raise UnreadableError
        return value

    def _refuse_together(self, node: Node, config_class: type, path: Path, error: Exception) -> None:
        """Record what a class says of its settings together, at the setting its sentence begins with."""
        names = {field.name: field.alias or field.name for field in attrs.fields(config_class)}
        text = sentence(error, "")
        entries = node.value if isinstance(node.value, dict) else {}
        subject = subject_of(text, names)
        if subject and names[subject[0]] in entries:
            key = names[subject[0]]
            self._refuse(entries[key], (*path, key), subject[1])
            return
        written = [entry for key, entry in entries.items() if f"'{key}'" in text]
        self._refuse(written[0] if written else node, path, text)

    def _refuse(self, node: Node, path: Path, message: str, *, is_unknown_component: bool = False) -> UnreadableError:
        """Record what is wrong; the exception to raise."""
        self.gathered.refuse(node, path, message, is_unknown_component=is_unknown_component)
        return UnreadableError()


def _entry(node: Node, path: Path) -> Node:
    for step in path:
        if isinstance(node.value, list) and isinstance(step, int):
            node = node.value[step]
    return node


def _nearest_choice(node: Node, members: Iterable[Any]) -> str:
    choices = [choice for member in members for choice in _words_of(bare(member))]
    return did_you_mean(node.value, choices) if isinstance(node.value, str) else ""


def _words_of(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return [word for word in get_args(hint) if isinstance(word, str)]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [member.value for member in hint if isinstance(member.value, str)]
    return []


def _stand_in(field: "attrs.Attribute[Any]", hint: Any, into: dict[str, Any], key: str) -> bool:
    """Put in a value for a setting that is wrong and has no default; whether one was found that the class accepts."""
    if hint not in _STAND_INS or (field.validator is not None and [*refusals(field, _STAND_INS[hint])]):
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
