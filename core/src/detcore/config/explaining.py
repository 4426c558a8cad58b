"""Where the values of an experiment come from: files, overrides, references, defaults."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

import attrs
from attrs import frozen

from detcore.config.documentation import Setting, purpose_of, settings_of
from detcore.config.dumping import shown
from detcore.config.layering.paths import parsed_path
from detcore.config.layering.provenance import Lineage, lineage
from detcore.config.layering.references import references_in
from detcore.config.loading import LoadedConfig, load_written
from detcore.config.places import Place, find_place, places_below
from detcore.config.sources import read_source, with_record
from detcore.config.structuring.fields import default_of, fields_of
from detcore.config.text.nodes import Node, Origin, at, dotted, plain
from detcore.config.text.toml_text import inline
from detcore.errors import ConfigError
from detcore.plugins import Registry, installed_registry
from detcore.specs import ComponentConfig

__all__ = ["Explainer", "Explanation", "Mention", "explain"]


@frozen(kw_only=True)
class Mention:
    """One place that says, or said, what a setting shall be."""

    origin: Origin
    text: str
    """What stands there, as TOML, references not resolved."""

    is_replaced: bool


@frozen(kw_only=True)
class Explanation:
    """A setting's value, and the chain of places it came from."""

    path: str
    value: str
    """As TOML; ``"not set"`` where there is none."""

    mentions: tuple[Mention, ...] = ()
    """The newest first."""

    default_of: str = ""
    """What the value is the default of, where nothing that is written holds."""

    references: tuple["Explanation", ...] = ()
    """Where the values came from that the newest mention refers to."""

    setting: Setting | None = None
    """What the setting's class says of it."""


def explain(
    source: str | os.PathLike[str],
    path: str,
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry | None = None,
) -> list[Explanation]:
    """Where the value at a path came from; for a table, an explanation of each of its settings.

    Values are read as strictly as ever, but not compared with each other or with the data.

    Raises:
        ConfigError: the config is wrong, or has no such setting.
    """
    return Explainer.reading(source, overrides=overrides, unset=unset, registry=registry).explanations(path)


class Explainer:
    """Explains the settings of one config, which is known as ``loaded``."""

    @classmethod
    def reading(
        cls,
        source: str | os.PathLike[str],
        *,
        overrides: Sequence[str] = (),
        unset: Sequence[str] = (),
        registry: Registry | None = None,
    ) -> "Explainer":
        """What explains the config in a file, with changes as they would be written on the command line.

        Raises:
            ConfigError: the config is wrong.
        """
        registry = with_record(registry or installed_registry(), FilePath(source))
        root = read_source(FilePath(source), registry)
        loaded = load_written(root, overrides=overrides, unset=unset, registry=registry, compare_parts=False)
        return cls(loaded, root, unset)

    def __init__(self, loaded: LoadedConfig, before: Node, unset: Sequence[str]) -> None:
        self.loaded = loaded
        self.before = before
        """The files alone, without changes from the command line."""

        self.unset = unset

    def explanations(self, path: str) -> list[Explanation]:
        """As :func:`explain`.

        Raises:
            ConfigError: the config has no such setting.
        """
        return [self.explained(inner) for inner in places_below(find_place(self.loaded.experiment, path))]

    def explained(self, place: Place) -> Explanation:
        """Where the value at one place came from."""
        known = lineage(self.loaded.written, place.path)
        return Explanation(
            path=dotted(place.path),
            value=self._text(place.value),
            mentions=(*_mentions(known), *self._removed(place)),
            default_of="" if known.current else self._default_of(place),
            references=tuple(self._references(known)),
            setting=self._setting(place),
        )

    def _text(self, value: object) -> str:
        if isinstance(value, type):
            return inline(self.loaded.registry.component_of(value).id)
        return "not set" if value is None else shown(value, self.loaded.registry)

    def _removed(self, place: Place) -> Iterator[Mention]:
        """What ``--unset`` took away."""
        for text in self.unset:
            steps = parsed_path(text)
            gone = at(self.before, place.path)
            if gone is not None and tuple(map(str, steps)) == tuple(map(str, place.path[: len(steps)])):
                yield Mention(origin=Origin(override=f"--unset {text}"), text="not set", is_replaced=False)
                yield from _replaced([gone, *lineage(self.before, place.path).earlier])

    def _references(self, known: Lineage) -> Iterator[Explanation]:
        names = [known.follows] if known.follows else references_in(known.current) if known.current else []
        for name in dict.fromkeys(names):
            try:
                yield self.explained(find_place(self.loaded.experiment, name))
            except ConfigError:  # not a setting of its own: the one value that is worked out
                yield self._derived(name)

    def _derived(self, name: str) -> Explanation:
        classes = at(self.loaded.root, ("data", "classes"))
        if classes is not None and isinstance(classes.value, list):
            listed = self.explained(find_place(self.loaded.experiment, "data.classes"))
            return Explanation(path=name, value=str(len(classes.value)), references=(listed,))
        return Explanation(path=name, value="the number of classes of data.train.datasets.0")

    def _default_of(self, place: Place) -> str:
        """The deepest class of which this is the default; a table that is left out may be its owner's default."""
        value = place.value
        for owner, step in zip(reversed(place.above), reversed(place.path), strict=True):
            field = fields_of(type(owner)).get(str(step))
            if field is not None and _has_default(field, value):
                return self._described(type(owner))
            value = owner
        return ""

    def _described(self, config_class: type) -> str:
        if not issubclass(config_class, ComponentConfig):
            return config_class.__name__
        return f"{config_class.__name__} ({self.loaded.registry.component_of(config_class).distribution})"

    def _setting(self, place: Place) -> Setting | None:
        """What is known of the setting, or of the list that an entry is in."""
        for owner, step in zip(reversed(place.above), reversed(place.path), strict=True):
            if isinstance(step, str) and attrs.has(type(owner)):
                settings = {setting.name: setting for setting in settings_of(type(owner), self.loaded.registry)}
                return settings.get(step) or self._choice(owner)
        return None

    def _choice(self, config: object) -> Setting | None:
        """The ``type`` of a component."""
        if not isinstance(config, ComponentConfig):
            return None
        names = ", ".join(self.loaded.registry.names(config.group))
        return Setting(name="type", type=f"one of {names}", default="required", help=purpose_of(type(config)))


def _mentions(known: Lineage) -> Iterator[Mention]:
    if known.current is not None:
        yield Mention(origin=known.current.origin, text=inline(plain(known.current)), is_replaced=False)
    yield from _replaced(known.earlier)


def _replaced(nodes: Sequence[Node]) -> Iterator[Mention]:
    for node in nodes:
        yield Mention(origin=node.origin, text=inline(plain(node)), is_replaced=True)


def _has_default(field: "attrs.Attribute[Any]", value: object) -> bool:
    default = default_of(field)
    if default is attrs.NOTHING:
        return field.default is not attrs.NOTHING  # worked out from the others, so whatever it is
    return bool(default == value)
