"""Which places of a config have given a setting a value, in the order in which they were laid over each other."""

from collections.abc import Iterator

from attrs import frozen

from detcore.config.layering.references import references_in
from detcore.config.text.nodes import Node, Path, at

__all__ = ["Lineage", "lineage"]


@frozen
class Lineage:
    """Everything that was ever written for one path."""

    current: Node | None
    """What holds, references not resolved; ``None``: nothing is written, so a default holds."""

    earlier: list[Node]
    """What was replaced, the newest first."""

    follows: str = ""
    """The path that the value was taken from, where a table or list above it is one whole reference."""


def lineage(written: Node, path: Path) -> Lineage:
    """What a merged config, its references not resolved, says of a path, and said before."""
    for depth in range(1, len(path)):
        above = at(written, path[:depth])
        if above is not None and isinstance(above.value, str) and (names := references_in(above)):
            return Lineage(above, list(_replaced(above)), ".".join([names[0], *map(str, path[depth:])]))
    current = at(written, path)
    return Lineage(current, _distinct(list(_earlier(written, path)), current))


def _earlier(root: Node, path: Path) -> Iterator[Node]:
    """What the path's own value has replaced, then what went away with tables above it that were replaced whole."""
    own = at(root, path)
    if own is not None:
        yield from _replaced(own)
    for depth in reversed(range(len(path))):
        above = at(root, path[:depth])
        if above is not None and above.replaced is not None:
            gone = at(above.replaced, path[depth:])
            yield from [gone] if gone is not None else []
            yield from _earlier(above.replaced, path[depth:])


def _replaced(node: Node) -> Iterator[Node]:
    while node.replaced is not None:
        node = node.replaced
        yield node


def _distinct(nodes: list[Node], current: Node | None) -> list[Node]:
    return [node for node in {id(node): node for node in nodes}.values() if node is not current]
