"""The settings in one table, each read as its field wants it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import attrs

from detcore.config.structuring.fields import fields_of
from detcore.config.structuring.gathering import Gathered, UnreadableError
from detcore.config.structuring.refusals import refusals
from detcore.config.structuring.types import field_types, found, wanted
from detcore.config.text.nodes import Node, Path, dotted
from detcore.plugins import Component, Registry, nearest_word
from detcore.specs import ComponentConfig

__all__ = ["Fields", "TableFields", "Values", "entries_of"]

_STAND_INS: Mapping[Any, Any] = {int: 1, float: 1.0, str: "", bool: False}
"""What a simple setting without a default is taken for once it is known to be wrong."""


class Values(Protocol):
    """Reads what stands in the fields of a table."""

    registry: Registry
    gathered: Gathered

    def read(self, node: Node, hint: Any, path: Path) -> Any:
        """The node as a value of type ``hint``, or an :class:`UnreadableError`."""


class Fields(NamedTuple):
    """What could be read of a table."""

    values: dict[str, Any]
    """By the names the constructor takes."""

    doubtful: frozenset[str]
    """Those among its settings that are wrong, left out though they are needed, or contain something that is wrong."""

    is_whole: bool
    """Whether every setting without a default has a value, if only one that stands in for it."""


class TableFields:
    """One table, about to be read; ``component`` is what it configures, where that is one."""

    def __init__(
        self, *, values: Values, node: Node, config_class: type, path: Path, component: Component | None
    ) -> None:
        self.values = values
        self.node = node
        self.config_class = config_class
        self.path = path
        self.component = component

    def read(self) -> Fields:
        """The fields of the config class, as far as the table sets them or has to.

        Raises:
            UnreadableError: the node is no table.
        """
        entries = self._upgraded(entries_of(self.node, self.config_class, self.path, self.values.gathered))
        hints = field_types(self.config_class, self.component)
        fields = fields_of(self.config_class)
        self.values.gathered.tables[self.path] = self.config_class
        meant = self._unread(entries, tuple(fields))
        values: dict[str, Any] = {}
        doubtful, is_whole = meant & {*fields}, True
        for key, field in fields.items():
            before = len(self.values.gathered)
            try:
                if key in entries:
                    values[key] = self._value(entries[key], field, hints[field.name], (*self.path, key))
                elif field.default is attrs.NOTHING:
                    raise self._missing(key, hints[field.name], meant)
            except UnreadableError:
                doubtful.add(key)
                if field.default is attrs.NOTHING and not _stand_in(field, hints[field.name], values, key):
                    is_whole = False
            if len(self.values.gathered) > before:
                doubtful.add(key)
        return Fields(values=values, doubtful=frozenset(doubtful), is_whole=is_whole)

    def _upgraded(self, entries: dict[str, Node]) -> dict[str, Node]:
        """The entries, with what has a newer name under it."""
        if not getattr(self.config_class, "deprecated", ()):
            return entries
        from detcore.config.structuring.upgrading import upgraded  # seldom needed

        node, upgrades, findings = upgraded(self.node, self.config_class, self.path, self.component)
        self.values.gathered.upgrades += upgrades
        self.values.gathered.mistakes += findings
        return entries_of(node, self.config_class, self.path, self.values.gathered)

    def _unread(self, entries: Mapping[str, Node], names: tuple[str, ...]) -> set[str]:
        """Record keys that nothing reads; the settings that they were probably meant to be."""
        strange = {key: entry for key, entry in entries.items() if key not in names}
        if not strange:
            return set()
        known = (*self._known_besides(entries), *names)
        self.values.gathered.refuse_keys(strange, self.path, known, self.component)
        return {near for key in strange if (near := nearest_word(key, known))}

    def _known_besides(self, entries: Mapping[str, Node]) -> tuple[str, ...]:
        """Keys that mean something here although they are no settings."""
        if not self.path:
            return () if "extends" in entries else ("extends",)
        return ("type",) if self.component is None and issubclass(self.config_class, ComponentConfig) else ()

    def _missing(self, key: str, hint: Any, meant: set[str]) -> UnreadableError:
        if not meant & {key, "extends"}:  # otherwise the suggestion beside the misspelt word says it all
            emptied = self.component is not None and self.node.origin.override
            told = f"; another type starts from its own defaults: add {dotted((*self.path, key))}=…" if emptied else ""
            self.values.gathered.refuse(self.node, (*self.path, key), f"is missing; must be {wanted(hint)}{told}")
        return UnreadableError()

    def _value(self, node: Node, field: "attrs.Attribute[Any]", hint: Any, path: Path) -> Any:
        if node.value is None:
            self.values.gathered.refuse(node, path, "null is not a value here; leave the key out")
            raise UnreadableError
        value = self.values.read(node, hint, path)
        refused = list(refusals(field, value)) if field.validator is not None else []
        for inner, message in refused:
            self.values.gathered.refuse(_entry(node, inner), (*path, *inner), message)
        if refused:
            raise UnreadableError
        return value


def entries_of(node: Node, hint: Any, path: Path, gathered: Gathered) -> dict[str, Node]:
    """What stands in a table.

    Raises:
        UnreadableError: it is none.
    """
    if isinstance(node.value, dict):
        return node.value
    gathered.refuse(node, path, f"must be {wanted(hint)}, not {found(node)}")
    raise UnreadableError


def _entry(node: Node, path: Path) -> Node:
    for step in path:
        if isinstance(node.value, list) and isinstance(step, int):
            node = node.value[step]
    return node


def _stand_in(field: "attrs.Attribute[Any]", hint: Any, into: dict[str, Any], key: str) -> bool:
    """Put in a value for a setting that is wrong and has no default; whether one was found that the class accepts."""
    if hint not in _STAND_INS or (field.validator is not None and [*refusals(field, _STAND_INS[hint])]):
        return False
    into[key] = _STAND_INS[hint]
    return True
