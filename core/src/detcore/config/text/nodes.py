"""What a config says, each value beside the place that said it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from attrs import frozen

__all__ = [
    "Node",
    "Origin",
    "Path",
    "Scalar",
    "Unresolved",
    "Value",
    "at",
    "child",
    "children",
    "dotted",
    "is_resolved",
    "nearest",
    "plain",
    "walked",
]

Path = tuple[str | int, ...]
"""Keys and list positions from the top of an experiment down to a value."""

Scalar = str | int | float | bool | date | time | datetime | None
"""What a file's parser makes of a value that is neither table nor list."""


class Unresolved:
    """Stands for a value that could not be worked out; what is wrong with it has been reported already."""


@frozen
class Origin:
    """Where a value was written."""

    file: str = ""
    """As the user named it; empty: not in a file."""

    line: int = 0
    """From 1; 0: not known."""

    override: str = ""
    """The argument on the command line, where the value came from one."""

    def __str__(self) -> str:
        if self.override:
            return f"override {self.override!r}"
        place = f"{self.file}:{self.line}" if self.line else self.file
        return place or "config"


@frozen(eq=False)
class Node:
    """One value of a config."""

    value: "Value"
    origin: Origin
    replaced: "Node | None" = None
    """What stood here before, where a later layer replaced it; a table that was merged has not been replaced."""


Value = Scalar | Unresolved | dict[str, Node] | list[Node]
"""What a node may hold."""


def plain(node: Node) -> object:
    """The node's value as a parser would return it."""
    match node.value:
        case dict(entries):
            return {key: plain(entry) for key, entry in entries.items()}
        case list(items):
            return [plain(item) for item in items]
        case scalar:
            return scalar


def is_resolved(node: Node) -> bool:
    """Whether every value could be worked out."""
    match node.value:
        case dict(entries):
            return all(map(is_resolved, entries.values()))
        case list(items):
            return all(map(is_resolved, items))
        case value:
            return not isinstance(value, Unresolved)


def at(node: Node, path: Path) -> Node | None:
    """The node at a path, or ``None`` where nothing is written."""
    found: Node | None = node
    for step in path:
        found = child(found, step) if found is not None else None
    return found


def child(node: Node, step: str | int) -> Node | None:
    """The entry of a table or list, or ``None`` where there is none."""
    match node.value, step:
        case dict(entries), str(key):
            return entries.get(key)
        case list(items), int(index) if 0 <= index < len(items):
            return items[index]
    return None


def children(node: Node) -> Iterable[tuple[str | int, Node]]:
    """The entries of a table or list; a scalar has none."""
    match node.value:
        case dict(entries):
            return entries.items()
        case list(items):
            return enumerate(items)
    return ()


def walked(root: Node) -> Iterator[tuple[Path, Node]]:
    """Every value with its path, each before what is in it."""
    waiting: list[tuple[Path, Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        waiting += [((*path, step), inner) for step, inner in children(node)]


def nearest(node: Node, path: Path) -> Node:
    """The node at a path, or the closest one above it that is written."""
    for closer in _along(node, path):
        node = closer
    return node


def dotted(path: Path) -> str:
    """``data.train.datasets.0``, as overrides spell it."""
    return ".".join(str(step) for step in path)


def _along(node: Node, path: Path) -> Iterator[Node]:
    found: Node | None = node
    for step in path:
        found = child(found, step) if found is not None else None
        if found is None:
            return
        yield found
