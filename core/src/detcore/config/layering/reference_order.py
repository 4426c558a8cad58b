"""In which order values can be worked out that need each other."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from attrs import frozen

from detcore.config.text.nodes import Path

__all__ = ["Order", "in_order"]


@frozen
class Order:
    """What comes after everything it needs, and what never can."""

    possible: list[Path]
    impossible: list[Path]
    """Members of circles and what needs one of them, the deepest in the config first."""

    circles: list[list[Path]]
    """Each without its first member repeated. Those that share a member with one in the list may be left out."""


def in_order(needs: Mapping[Path, Sequence[Path]]) -> Order:
    """Sort paths by what each of them needs."""
    sorter = TopologicalSorter(needs)
    with suppress(CycleError):  # what is on no circle comes out all the same
        sorter.prepare()
    possible: list[Path] = []
    while ready := sorter.get_ready():
        possible += ready
        sorter.done(*ready)
    done = set(possible)
    stuck = {path: [need for need in needs[path] if need not in done] for path in needs if path not in done}
    return Order(possible, sorted(stuck, key=len, reverse=True), list(_circles(stuck)))


def _circles(stuck: Mapping[Path, Sequence[Path]]) -> Iterator[list[Path]]:
    """Follow the first need of each until it comes round."""
    seen: set[Path] = set()
    for start in stuck:
        walk: dict[Path, int] = {}
        path = start
        while path not in seen:
            seen.add(path)
            walk[path] = len(walk)
            path = stuck[path][0]
        if path in walk:
            yield list(walk)[walk[path] :]
