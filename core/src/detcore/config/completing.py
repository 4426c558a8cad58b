"""What a setting, begun on a command line, may become: paths, and the values of those that have few.

Told from metadata and sources alone: no plugin is imported.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

from detcore.config.layering.merging import read_chain
from detcore.config.source_classes import SourceClass, Sources, Wanted
from detcore.config.sources import stored_file
from detcore.config.text.nodes import Node, child, children
from detcore.errors import DetcoreError
from detcore.plugins import Registry
from detcore.plugins.component import USABLE
from detcore.plugins.groups import HOOKS_GROUP

__all__ = ["Completer"]


class Completer:
    """Knows a config file, so far as that can be read, and the overrides that were typed before."""

    def __init__(self, path: str, overrides: Sequence[str], registry: Registry) -> None:
        self._registry = registry
        self._sources = Sources()
        self._root = _read(path)
        typed = (word.partition("=") for word in overrides)
        self._types = {key.removesuffix(".type"): value for key, _, value in typed if key.endswith(".type")}

    def paths(self, begun: str) -> Iterator[str]:
        """Whole paths that begin so, one step further; ``.`` behind those that lead on."""
        around, dot, _ = begun.rpartition(".")
        place = self._place(around)
        if place is None:
            return
        wanted, node = place
        for step, inner in self._steps(wanted, node, around):
            each = inner.item or inner  # a list of plain values is set as one
            yield f"{around}{dot}{step}{'.' if each.group or each.table else ''}"

    def values(self, path: str) -> list[str]:
        """All that a setting may be, if that can be told."""
        around, _, last = path.removesuffix("+").rpartition(".")
        if last == "type":
            place = self._place(around)
            return self._names(place[0].group) if place and place[0].group else []
        if around == "plugins":
            return self._plugins(last)
        place = self._place(path.removesuffix("+"))
        if place is None:
            return []
        wanted = place[0]
        return list(wanted.choices or (wanted.item.choices if wanted.item else ()))

    def _plugins(self, key: str) -> list[str]:
        if key == "hooks":
            return self._names(HOOKS_GROUP)
        is_distribution = key in ("allow", "deny", "require")
        return [row.component.distribution for row in self._registry.rows] if is_distribution else []

    def _names(self, group: str) -> list[str]:
        here = [row for row in self._registry.rows if row.component.group == group and row.status in USABLE]
        return [row.component.name if row.status == "ok" else row.component.id for row in here]

    def _place(self, path: str) -> tuple[Wanted, Node | None] | None:
        """What is wanted at a path, and what is written there."""
        table = self._sources.found("detcore.config.sections:ExperimentConfig")
        wanted, node, walked = Wanted(table=table), self._root, ""
        for step in path.split(".") if path else ():
            inner = dict(self._steps(wanted, node, walked)).get(step)
            if inner is None and wanted.item and step.lstrip("-").isdigit():
                inner = wanted.item  # counted from the end, or by an override that was typed before
            if inner is None:
                return None
            node = None if node is None else _child(node, step)
            wanted, walked = inner, f"{walked}.{step}" if walked else step
        return wanted, node

    def _steps(self, wanted: Wanted, node: Node | None, path: str) -> Iterator[tuple[str, Wanted]]:
        """Each step further, with what is wanted there."""
        if wanted.group:
            yield "type", Wanted()
        if wanted.item:
            yield from ((str(step), wanted.item) for step, _ in (children(node) if node else ()))
            if wanted.is_list:
                yield "+", wanted.item
        table = self._component(wanted, node, path) if wanted.group else wanted.table
        if table:
            yield from self._sources.settings(table).items()

    def _component(self, wanted: Wanted, node: Node | None, path: str) -> SourceClass | None:
        """The config class of the component that is named there, or of the default."""
        written = child(node, "type") if node else None
        name = self._types.get(path) or (written.value if written else None)
        if not isinstance(name, str):
            return wanted.table
        try:
            return self._sources.found(self._registry.resolve(wanted.group, name).target)
        except DetcoreError:
            return None


def _child(node: Node, step: str) -> Node | None:
    if not step.lstrip("-").isdigit():
        return child(node, step)
    index = int(step)
    return child(node, index if index >= 0 else len(list(children(node))) + index)


def _read(path: str) -> Node | None:
    file = FilePath(path)
    try:
        return read_chain(stored_file(file) or file) if path and file.suffix != ".py" else None
    except (DetcoreError, OSError):
        return None
