"""Mutations of an experiment as a tree, and the tools to make them."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, cast

from attrs import frozen

from broken_configs.case import Path, Tree
from broken_configs.good import Good, Place, places, value_at

__all__ = ["Mutation", "changed_tree", "renamed", "values_in", "with_value", "without", "written_places"]


@frozen(kw_only=True)
class Mutation:
    """A tree with one mistake in it."""

    what: str
    tree: Tree
    path: Path
    """Where the mistake is."""

    line_of: Path
    """The value on whose line it is told."""

    word: str = ""
    says: str = ""


def written_places(good: Good) -> Iterator[Place]:
    """The tables that the config itself has."""
    for place in places(good.experiment):
        try:
            value_at(good.tree, place.path)
        except LookupError:
            continue
        yield place


def values_in(tree: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value below a tree with its path, tables and lists included, a component's ``type`` not."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in entries:
        if step != "type":
            yield (*path, step), value
            yield from values_in(value, (*path, step))


def with_value(tree: Tree, path: Path, value: object) -> Tree:
    return cast("Tree", changed_tree(tree, path, lambda holder, step: holder.__setitem__(step, value)))


def without(tree: Tree, path: Path) -> Tree:
    return cast("Tree", changed_tree(tree, path, lambda holder, step: holder.pop(step, None)))


def renamed(tree: Tree, table: Path, key: str, wrong: str) -> Tree:
    """The tree with one key called otherwise, in its old place among the others."""

    def rename(holder: Any, _: object) -> None:
        entries = {wrong if name == key else name: value for name, value in holder.items()}
        holder.clear()
        holder.update(entries)

    return cast("Tree", changed_tree(tree, (*table, key), rename))


def changed_tree(tree: Any, path: Path, change: Callable[[Any, Any], object]) -> Any:
    """The tree with ``change`` called on the holder of a path and its last step, sharing what did not change."""
    changed = copy.copy(tree)
    if len(path) == 1:
        change(changed, path[0])
    else:
        inner = tree.get(path[0], {}) if isinstance(tree, dict) else tree[path[0]]
        changed[path[0]] = changed_tree(inner, path[1:], change)
    return changed
