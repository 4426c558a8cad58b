"""Nodes to config objects, strictly, with every mistake reported and nothing built.

A mistake does not stop the reading: a value that cannot be used is replaced by its field's default, so that the rest
of the config is still checked. The object is then only good for finding more mistakes.
"""

import collections.abc
import enum
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import attrs

from detcore.config.structuring.gathering import Gathered, UnreadableError
from detcore.config.structuring.objects import Objects
from detcore.config.structuring.strict_scalars import RefusedError, read_choice, read_scalar
from detcore.config.structuring.table_fields import Fields, entries_of
from detcore.config.structuring.types import bare, found, is_union, members_of, wanted
from detcore.config.text.nodes import Node, Path, Unresolved, plain
from detcore.config.text.problems import Finding
from detcore.plugins import Registry, did_you_mean
from detcore.specs import ComponentConfig, FrozenList, FrozenTable, frozen_value

__all__ = ["Structurer"]

_LISTS = (collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_SETS = (set, frozenset, collections.abc.Set)
_TABLES = (dict, collections.abc.Mapping)


class Structurer:
    """Reads nodes as typed values, collecting what is wrong in ``findings``.

    What comes out never changes and can be hashed: lists are tuples, sets are frozen, tables are ``FrozenTable``.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.gathered = Gathered()
        self.objects = Objects(self)

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong with what was read up to now."""
        return self.gathered.findings(self.registry)

    def read_fields(self, node: Node, config_class: type, path: Path) -> Fields:
        """The fields of a config class that is no component, each as far as it can be read.

        Raises:
            UnreadableError: the node is no table.
        """
        return self.objects.fields(node, config_class, path, component=None)

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
        if origin is list:
            return FrozenList(self._sequence(node, hint, path))
        if origin in _LISTS:
            return tuple(self._sequence(node, hint, path))
        if origin in _SETS:
            return frozenset(self._sequence(node, hint, path))
        if origin in _TABLES:
            return self._mapping(node, hint, path)
        return self._class(node, hint, path) if isinstance(hint, type) else frozen_value(plain(node))

    def _class(self, node: Node, hint: type, path: Path) -> Any:
        if issubclass(hint, ComponentConfig):
            return self.objects.component(node, hint, path)
        if issubclass(hint, enum.Enum):
            return self._scalar(node, path, read_choice, {member.value: member for member in hint})
        if attrs.has(hint):
            return self.objects.object(node, hint, path, component=None)
        if issubclass(hint, PurePath):
            return hint(self._scalar(node, path, read_scalar, str))
        if hint in (object, Any):
            return frozen_value(plain(node))
        if hint in (bool, int, float, str, date, time, datetime):
            return self._scalar(node, path, read_scalar, hint)
        raise self._refuse(node, path, f"cannot be set in a file: it is a {hint.__name__}, which no file can hold")

    def _scalar(self, node: Node, path: Path, read: Any, wants: Any) -> Any:
        try:
            return read(node, wants)
        except RefusedError as error:
            raise self._refuse(node, path, str(error)) from error

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
        entries = entries_of(node, hint, path, self.gathered)
        value_hint = (get_args(hint) or (str, object))[1]
        values = self._all(entries, [value_hint] * len(entries), path)
        return FrozenTable(zip(entries, values, strict=True))

    def _items(self, node: Node, hint: Any, path: Path) -> list[Node]:
        if isinstance(node.value, list):
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

    def _refuse(self, node: Node, path: Path, message: str) -> UnreadableError:
        """Record what is wrong; the exception to raise."""
        self.gathered.refuse(node, path, message)
        return UnreadableError()


def _nearest_choice(node: Node, members: Iterable[Any]) -> str:
    choices = [choice for member in members for choice in _words_of(bare(member))]
    return did_you_mean(node.value, choices) if isinstance(node.value, str) else ""


def _words_of(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return [word for word in get_args(hint) if isinstance(word, str)]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [member.value for member in hint if isinstance(member.value, str)]
    return []
