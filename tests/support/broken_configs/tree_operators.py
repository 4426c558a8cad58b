"""Mutations of a whole experiment as a tree, whatever format it is then written in."""

import copy
import enum
from collections.abc import Callable, Iterator
from typing import Any, Literal, cast, get_args, get_origin

import attrs
from attrs import frozen

from broken_configs.case import Path, Tree, dotted
from broken_configs.good import Good, Place, places, value_at
from broken_configs.misspelling import misspellings

__all__ = ["TREE_OPERATORS", "Mutation", "changed_tree"]


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


def wrong_type(good: Good) -> Iterator[Mutation]:
    """A value of another kind: a number for a text, a text for a number, a table for a list."""
    for path, value in _values(good.tree):
        for wrong in _of_other_kinds(value, path):
            tree = _with(good.tree, path, wrong)
            yield Mutation(what=f"{dotted(path)}={wrong!r}", tree=tree, path=path, line_of=path)


def null(good: Good) -> Iterator[Mutation]:
    """No value where there was one."""
    for path, _ in _values(good.tree):
        yield Mutation(what=dotted(path), tree=_with(good.tree, path, None), path=path, line_of=path)


def unknown_key(good: Good) -> Iterator[Mutation]:
    """A setting that nothing reads."""
    for place in _written(good):
        path = (*place.path, "zzqx_surplus")
        yield Mutation(what=dotted(path), tree=_with(good.tree, path, 1), path=path, line_of=path)


def misspelt_key(good: Good) -> Iterator[Mutation]:
    """A key with a slip in it."""
    for place in _written(good):
        for key in value_at(good.tree, place.path):
            for wrong, slip in misspellings(key):
                if wrong not in place.names:
                    path = (*place.path, wrong)
                    tree = _renamed(good.tree, place.path, key, wrong)
                    yield Mutation(what=f"{dotted(path)}: {slip}", tree=tree, path=path, line_of=path, word=key)


def misspelt_component(good: Good) -> Iterator[Mutation]:
    """The name of a component with a slip in it."""
    for place in _written(good):
        path = (*place.path, "type")
        name = value_at(good.tree, place.path).get("type")
        for wrong, slip in misspellings(name) if name else ():
            tree = _with(good.tree, path, wrong)
            yield Mutation(what=f"{dotted(path)}={wrong}: {slip}", tree=tree, path=path, line_of=path, word=name)


def misspelt_choice(good: Good) -> Iterator[Mutation]:
    """A word that is nearly one of those a setting may have, whether or not the config sets it."""
    for place in _written(good):
        for name, _, hint in place.fields():
            for word in _choices(hint):
                for wrong, slip in misspellings(word):
                    path = (*place.path, name)
                    if wrong not in _choices(hint):
                        tree = _with(good.tree, path, wrong)
                        yield Mutation(
                            what=f"{dotted(path)}={wrong}: {slip}", tree=tree, path=path, line_of=path, word=word
                        )


def missing_table(good: Good) -> Iterator[Mutation]:
    """A table that an experiment cannot do without."""
    for name in ("data", "model", "optimizer", "schedule", "training"):
        yield Mutation(what=name, tree=_without(good.tree, (name,)), path=(name,), line_of=())
    yield Mutation(
        what="data.train", tree=_without(good.tree, ("data", "train")), path=("data", "train"), line_of=("data",)
    )


def missing_setting(good: Good) -> Iterator[Mutation]:
    """A setting without a default, left out."""
    for place in _written(good):
        if not place.path:
            continue
        for name, attribute, _ in place.fields():
            if attribute.default is attrs.NOTHING:
                path = (*place.path, name)
                yield Mutation(what=dotted(path), tree=_without(good.tree, path), path=path, line_of=place.path)


def missing_type(good: Good) -> Iterator[Mutation]:
    """A component that does not say which."""
    for place in _written(good):
        path = (*place.path, "type")
        if "type" in value_at(good.tree, place.path) and place.path[-1] != "box_head":
            yield Mutation(
                what=dotted(path), tree=_without(good.tree, path), path=place.path, line_of=place.path, says='"type"'
            )


def wrong_nesting(good: Good) -> Iterator[Mutation]:
    """A setting one table too high, or in the table beside its own."""
    homes = list(_written(good))
    for home in homes:
        for key, value in value_at(good.tree, home.path).items():
            for other in homes:
                inside = (*home.path, key) == other.path[: len(home.path) + 1]
                if key == "type" or key in other.names or inside or not _are_neighbours(home.path, other.path):
                    continue
                tree = _with(_without(good.tree, (*home.path, key)), (*other.path, key), value)
                path = (*other.path, key)
                says = dotted(home.path) or "belongs at the top of the file"
                yield Mutation(
                    what=f"{dotted(home.path)} to {dotted(path)}", tree=tree, path=path, line_of=path, says=says
                )


def out_of_range(good: Good) -> Iterator[Mutation]:
    """A number that the setting's validator refuses, whether or not the config sets it."""
    for place in _written(good):
        for name, attribute, hint in place.fields():
            for value in (-1, 0, 2, 51, -0.5, 1.5):
                if _is_of(value, hint) and _refuses(attribute, value):
                    path = (*place.path, name)
                    tree = _with(good.tree, path, value)
                    yield Mutation(what=f"{dotted(path)}={value}", tree=tree, path=path, line_of=path)


def fraction(good: Good) -> Iterator[Mutation]:
    """Half of a thing that comes in whole numbers only, and a whole number written as a fraction."""
    for place in _written(good):
        for name, _, hint in place.fields():
            for value in (1.5, 4.0):
                if int in (hint, *get_args(hint)):
                    path = (*place.path, name)
                    yield Mutation(
                        what=f"{dotted(path)}={value}", tree=_with(good.tree, path, value), path=path, line_of=path
                    )


def not_finite(good: Good) -> Iterator[Mutation]:
    """Not a number, or more than any."""
    for path, value in _values(good.tree):
        if isinstance(value, float):
            for wrong in (float("nan"), float("inf")):
                tree = _with(good.tree, path, wrong)
                yield Mutation(what=f"{dotted(path)}={wrong}", tree=tree, path=path, line_of=path)


def huge(good: Good) -> Iterator[Mutation]:
    """A whole number that no machine word holds."""
    for path, value in _values(good.tree):
        if type(value) in (int, float):
            tree = _with(good.tree, path, 10**400)
            yield Mutation(what=dotted(path), tree=tree, path=path, line_of=path)


def wrong_length(good: Good) -> Iterator[Mutation]:
    """A list with one entry too few or too many."""
    for place in _written(good):
        for name, _, hint in place.fields():
            if get_origin(hint) is tuple and Ellipsis not in get_args(hint):
                value = list(getattr(place.config, name))
                for wrong in (value[:-1], [*value, value[-1]], []):
                    path = (*place.path, name)
                    tree = _with(good.tree, path, wrong)
                    yield Mutation(what=f"{dotted(path)}={wrong}", tree=tree, path=path, line_of=path)


def empty_list(good: Good) -> Iterator[Mutation]:
    """Nothing in a list that needs something."""
    for place in _written(good):
        for name, attribute, hint in place.fields():
            if get_origin(hint) is tuple and Ellipsis in get_args(hint) and _refuses(attribute, ()):
                path = (*place.path, name)
                yield Mutation(what=dotted(path), tree=_with(good.tree, path, []), path=path, line_of=path)


def bad_reference(good: Good) -> Iterator[Mutation]:
    """A reference to nothing, to itself, or to a table."""
    for path, value in _values(good.tree):
        own = dotted(path)
        if isinstance(value, int | float | str) and "type" not in path:
            for target in ("no.such.thing", own, "${", "data.train", ""):
                tree = _with(good.tree, path, "${" + target + "}")
                yield Mutation(what=f"{own} -> {target}", tree=tree, path=path, line_of=path)


def misspelt_reference(good: Good) -> Iterator[Mutation]:
    """A reference to a path with a slip in its last step."""
    for path, value in _values(good.tree):
        if type(value) is int and all(isinstance(step, str) for step in path) and len(path) > 1:
            for wrong, slip in misspellings(str(path[-1])):
                at = ("training", "log_every_steps")
                tree = _with(good.tree, at, "${" + dotted((*path[:-1], wrong)) + "}")
                what = f"{dotted(at)} -> {dotted(path)}: {slip}"
                yield Mutation(what=what, tree=tree, path=at, line_of=at, word=dotted(path))


TREE_OPERATORS: dict[str, Callable[[Good], Iterator[Mutation]]] = {
    "wrong type": wrong_type,
    "null": null,
    "unknown key": unknown_key,
    "misspelt key": misspelt_key,
    "misspelt component": misspelt_component,
    "misspelt choice": misspelt_choice,
    "missing table": missing_table,
    "missing setting": missing_setting,
    "missing type": missing_type,
    "wrong nesting": wrong_nesting,
    "out of range": out_of_range,
    "fraction": fraction,
    "not finite": not_finite,
    "huge number": huge,
    "wrong length": wrong_length,
    "empty list": empty_list,
    "bad reference": bad_reference,
    "misspelt reference": misspelt_reference,
}


def _written(good: Good) -> Iterator[Place]:
    """The tables that the config itself has."""
    for place in places(good.experiment):
        try:
            value_at(good.tree, place.path)
        except LookupError:
            continue
        yield place


def _values(tree: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value below a tree with its path, tables and lists included, a component's ``type`` not."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in entries:
        if step != "type":
            yield (*path, step), value
            yield from _values(value, (*path, step))


def _of_other_kinds(value: object, path: Path) -> list[object]:
    match value:
        case bool():
            return ["true", 1, [value]]
        case int():
            return [str(value), True, [value], {"value": value}]
        case float():
            return [str(value), True, [value]]
        case str(text) if text.startswith("${") and path[-1] == "num_classes":
            return ["many", 1.5]
        case str():
            return [3, True, [value], {"name": value}]
        case list():
            return [value[0] if value and not isinstance(value[0], dict) else 3, {"0": 1}, "a"]
    return [[value], "a", 3]


def _choices(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return [word for word in get_args(hint) if isinstance(word, str)]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [member.value for member in hint]
    return []


def _is_of(value: float, hint: Any) -> bool:
    return type(value) in (hint, *get_args(hint))


def _refuses(attribute: "attrs.Attribute[Any]", value: object) -> bool:
    if attribute.validator is None:
        return False
    try:
        attribute.validator(None, attribute, value)
    except (ValueError, TypeError):
        return True
    return False


def _are_neighbours(home: Path, other: Path) -> bool:
    return other == home[:-1] or (len(home) == len(other) == 1) or (other[:-1] == home and len(other) == len(home) + 1)


def _with(tree: Tree, path: Path, value: object) -> Tree:
    return cast("Tree", changed_tree(tree, path, lambda holder, step: holder.__setitem__(step, value)))


def _without(tree: Tree, path: Path) -> Tree:
    return cast("Tree", changed_tree(tree, path, lambda holder, step: holder.pop(step, None)))


def _renamed(tree: Tree, table: Path, key: str, wrong: str) -> Tree:
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
