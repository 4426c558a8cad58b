"""Tables to config objects: a component of the kind that is wanted, or a class that is always the same."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from detcore.config.structuring.fields import fields_of
from detcore.config.structuring.freezing import freeze_defaults
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.refusals import sentence, subject_of
from detcore.config.structuring.table_fields import Fields, TableFields, Values, entries_of
from detcore.config.structuring.types import wanted
from detcore.config.text.nodes import Node, Path
from detcore.errors import PluginError, UnknownComponentError
from detcore.plugins import Component, guarded, nearest_word
from detcore.specs import ComponentConfig

__all__ = ["Objects"]


class Objects:
    """Reads tables as objects, what is in them by ``values``."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def component(self, node: Node, base: type[ComponentConfig], path: Path) -> Any:
        """The config of whatever component the table's ``type`` names among those of ``base``.

        Raises:
            UnreadableError: there is none, or its settings are wrong beyond repair.
            PluginError: the plugin that offers it is broken.
        """
        if isinstance(node.value, str):
            raise self._named_only(node, node.value, base, path)
        entries = entries_of(node, base, path, self.values.gathered)
        name = entries.get("type")
        if name is None:
            if not inspect.isabstract(base):
                return self.object(node, base, path, component=None)
            raise self._untyped(node, entries, base, path)
        component = self._resolved(name, base.group, (*path, "type"))
        config_class = self.values.registry.load(component, base)
        origin = name.origin if name.origin.override else node.origin  # an override of the type made the table anew
        settings = Node({key: entry for key, entry in entries.items() if key != "type"}, origin)
        return self.object(settings, config_class, path, component=component)

    def object(self, node: Node, config_class: type, path: Path, *, component: Component | None) -> Any:
        """The table as an instance of a config class.

        Raises:
            UnreadableError: its settings are wrong beyond repair.
        """
        fields = self.fields(node, config_class, path, component=component)
        if fields.doubtful:
            self._refuse_what_is_certain(node, config_class, path, fields)
        if not fields.is_whole:
            raise UnreadableError
        try:
            return _constructed(config_class, fields.values, component)
        except (ValueError, TypeError) as error:
            if not fields.doubtful:  # otherwise this may only follow from a default put in
                self._refuse_together(node, config_class, path, error)
            raise UnreadableError from error

    def fields(self, node: Node, config_class: type, path: Path, *, component: Component | None) -> Fields:
        """The settings in the table, each as far as it can be read.

        Raises:
            UnreadableError: the node is no table.
        """
        table = TableFields(values=self.values, node=node, config_class=config_class, path=path, component=component)
        return table.read()

    def _resolved(self, name: Node, group: str, path: Path) -> Component:
        text = self.values.read(name, str, path)
        try:
            return self.values.registry.resolve(group, text)
        except UnknownComponentError as error:
            self.values.gathered.refuse(name, path, str(error), is_unknown_component=True)
            raise UnreadableError from error

    def _named_only(self, node: Node, name: str, base: type[ComponentConfig], path: Path) -> UnreadableError:
        near = nearest_word(name, self.values.registry.names(base.group))
        advice = f'; did you mean {{ type = "{near}" }}?' if near else ""
        self.values.gathered.refuse(node, path, f"must be {wanted(base)}, not {name!r}{advice}")
        return UnreadableError()

    def _untyped(
        self, node: Node, entries: Mapping[str, Node], base: type[ComponentConfig], path: Path
    ) -> UnreadableError:
        slips = [key for key in entries if nearest_word(key, ["type"])]
        if len(slips) == 1:
            message = "no such setting; did you mean 'type'?"
            self.values.gathered.refuse(entries[slips[0]], (*path, slips[0]), message)
        else:
            names = " or ".join(map(repr, self.values.registry.names(base.group)))
            self.values.gathered.refuse(node, path, f'needs a "type": {names or "no installed plugin offers any"}')
        return UnreadableError()

    def _refuse_what_is_certain(self, node: Node, config_class: type, path: Path, fields: Fields) -> None:
        """Record what the class says of those of its settings that are right."""
        from detcore.config.structuring.post_init import own_mistake  # only ever needed for a mistake

        error = own_mistake(config_class, fields.values, fields.doubtful)
        if error is not None:
            self._refuse_together(node, config_class, path, error)

    def _refuse_together(self, node: Node, config_class: type, path: Path, error: Exception) -> None:
        """Record what a class says of its settings together, at the setting its sentence begins with."""
        keys = {field.name: key for key, field in fields_of(config_class).items()}
        text = sentence(error, "")
        entries = node.value if isinstance(node.value, dict) else {}
        subject = subject_of(text, keys)
        if subject and keys[subject[0]] in entries:
            key = keys[subject[0]]
            self.values.gathered.refuse(entries[key], (*path, key), subject[1])
            return
        named = [entry for key, entry in entries.items() if f"'{key}'" in text]
        self.values.gathered.refuse(_newest(named, node), path, text)


def _newest(entries: Sequence[Node], table: Node) -> Node:
    """What was written last, on the command line or else in the table's outermost file; the table if there is none."""
    file = table.origin.file
    return max(entries, key=lambda entry: (bool(entry.origin.override), entry.origin.file == file), default=table)


def _constructed(config_class: type, values: Mapping[str, Any], component: Component | None) -> Any:
    try:
        config = config_class(**values)
    except (ValueError, TypeError, PluginError):
        raise
    except Exception as error:
        if component is None:
            raise ValueError(f"cannot be checked: {type(error).__name__}: {error}") from error
        with guarded(component, "checking its settings"):
            raise
    freeze_defaults(config, values)
    return config
