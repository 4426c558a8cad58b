"""What to say about keys that no setting reads: the right word, or the right table."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import frozen

from detcore.config.structuring.fields import fields_of, tables_in
from detcore.config.text.nodes import Node, Path, dotted
from detcore.config.text.problems import Finding
from detcore.errors import PluginError
from detcore.plugins import Component, Registry, is_one_slip, nearest_word
from detcore.specs import ComponentConfig

__all__ = ["UnknownKey", "explained"]

FEW = 3
"""As many places are named; a reader looks through no more."""


@frozen(kw_only=True)
class UnknownKey:
    """A key in a table whose config class has no such field."""

    node: Node
    path: Path
    known: tuple[str, ...]
    """The settings that the table has."""

    component: Component | None
    """What the table configures, where it is a component."""

    @property
    def key(self) -> str:
        """The last step of the path."""
        return str(self.path[-1])


def explained(unknown: Iterable[UnknownKey], tables: Mapping[Path, type], registry: Registry) -> Iterator[Finding]:
    """A finding for each key. ``tables`` are the config classes of all tables that were read, by their paths."""
    for key in unknown:
        yield Finding(key.node.origin, key.path, f"no such setting{_advice(key, tables, registry)}")


def _advice(unknown: UnknownKey, tables: Mapping[Path, type], registry: Registry) -> str:
    near = nearest_word(unknown.key, unknown.known)
    homes = _homes(unknown.key, unknown.path[:-1], tables)
    if near is not None and (not homes or is_one_slip(unknown.key, near)):
        return f"; did you mean {near!r}?" + (f" {_directions(unknown.key, homes)}" if homes else "")
    if homes:
        return f"; {_directions(unknown.key, homes)}"
    if siblings := _siblings(unknown, registry):
        return f"; {unknown.key!r} is a setting of {_few(map(repr, siblings))}"
    return f"; there is {', '.join(unknown.known) or 'none'}"


def _directions(key: str, homes: list[Path]) -> str:
    if () in homes:
        return f"{key!r} belongs at the top of the file"
    return f"{key!r} is a setting of {_few(map(dotted, homes))}"


def _homes(key: str, here: Path, tables: Mapping[Path, type]) -> list[Path]:
    """Where else in this config the key would be read, the nearest table first."""
    found = {
        path
        for table, config_class in tables.items()
        for path, inner in _with_tables_inside(table, config_class)
        if path != here and key in fields_of(inner)
    }
    return sorted(found, key=lambda path: (-_shared(path, here), len(path), dotted(path)))


def _with_tables_inside(path: Path, config_class: type) -> Iterator[tuple[Path, type]]:
    """The table, and those inside it that are always of one class, whether or not the config writes them."""
    yield path, config_class
    for name, inner in tables_in(config_class).items():
        yield from _with_tables_inside((*path, name), inner)


def _siblings(unknown: UnknownKey, registry: Registry) -> list[str]:
    """Components that have the setting, of the same kind and distribution: no other plugin is imported for a slip."""
    if unknown.component is None:
        return []
    mine = unknown.component
    rows = [row.component for row in registry.rows if row.status == "ok" and row.component.group == mine.group]
    others = [other for other in rows if other.distribution == mine.distribution and other != mine]
    return [other.name for other in others if unknown.key in _names_of(other, registry)]


def _names_of(component: Component, registry: Registry) -> Collection[str]:
    try:
        return fields_of(registry.load(component, ComponentConfig))
    except PluginError:  # it is not what the config is about
        return ()


def _shared(path: Path, other: Path) -> int:
    """Steps that two paths have in common from the top."""
    for index, (left, right) in enumerate(zip(path, other, strict=False)):
        if left != right:
            return index
    return min(len(path), len(other))


def _few(words: Iterable[str]) -> str:
    listed = list(words)
    shown = listed[:FEW]
    return (
        ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1] + (", …" if len(listed) > FEW else "")
    )
