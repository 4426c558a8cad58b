"""Values that a setting cannot have."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import attrs

from broken_configs.case import Path, dotted
from broken_configs.good import Good
from broken_configs.trees import Mutation, values_in, with_value, written_places

__all__ = ["VALUE_OPERATORS"]


def wrong_type(good: Good) -> Iterator[Mutation]:
    """A value of another kind: a number for a text, a text for a number, a table for a list."""
    for path, value in values_in(good.tree):
        for wrong in _of_other_kinds(value, path):
            tree = with_value(good.tree, path, wrong)
            yield Mutation(what=f"{dotted(path)}={wrong!r}", tree=tree, path=path, line_of=path)


def null(good: Good) -> Iterator[Mutation]:
    """No value where there was one."""
    for path, _ in values_in(good.tree):
        yield Mutation(what=dotted(path), tree=with_value(good.tree, path, None), path=path, line_of=path)


def out_of_range(good: Good) -> Iterator[Mutation]:
    """A number that the setting's validator refuses, whether or not the config sets it."""
    for place in written_places(good):
        for name, attribute, hint in place.fields():
            for value in (-1, 0, 2, 51, -0.5, 1.5):
                if _is_of(value, hint) and _refuses(attribute, value):
                    path = (*place.path, name)
                    tree = with_value(good.tree, path, value)
                    yield Mutation(what=f"{dotted(path)}={value}", tree=tree, path=path, line_of=path)


def fraction(good: Good) -> Iterator[Mutation]:
    """Half of a thing that comes in whole numbers only, and a whole number written as a fraction."""
    for place in written_places(good):
        for name, _, hint in place.fields():
            for value in (1.5, 4.0):
                if int in (hint, *get_args(hint)):
                    path = (*place.path, name)
                    yield Mutation(
                        what=f"{dotted(path)}={value}", tree=with_value(good.tree, path, value), path=path, line_of=path
                    )


def not_finite(good: Good) -> Iterator[Mutation]:
    """Not a number, or more than any."""
    for path, value in values_in(good.tree):
        if isinstance(value, float):
            for wrong in (float("nan"), float("inf")):
                tree = with_value(good.tree, path, wrong)
                yield Mutation(what=f"{dotted(path)}={wrong}", tree=tree, path=path, line_of=path)


def huge(good: Good) -> Iterator[Mutation]:
    """A whole number that no machine word holds."""
    for path, value in values_in(good.tree):
        if type(value) in (int, float):
            tree = with_value(good.tree, path, 10**400)
            yield Mutation(what=dotted(path), tree=tree, path=path, line_of=path)


def wrong_length(good: Good) -> Iterator[Mutation]:
    """A list with one entry too few or too many."""
    for place in written_places(good):
        for name, _, hint in place.fields():
            if get_origin(hint) is tuple and Ellipsis not in get_args(hint):
                value = list(getattr(place.config, name))
                for wrong in (value[:-1], [*value, value[-1]], []):
                    path = (*place.path, name)
                    tree = with_value(good.tree, path, wrong)
                    yield Mutation(what=f"{dotted(path)}={wrong}", tree=tree, path=path, line_of=path)


def empty_list(good: Good) -> Iterator[Mutation]:
    """Nothing in a list that needs something."""
    for place in written_places(good):
        for name, attribute, hint in place.fields():
            if get_origin(hint) is tuple and Ellipsis in get_args(hint) and _refuses(attribute, ()):
                path = (*place.path, name)
                yield Mutation(what=dotted(path), tree=with_value(good.tree, path, []), path=path, line_of=path)


def bad_reference(good: Good) -> Iterator[Mutation]:
    """A reference to nothing, to itself, or to a table."""
    for path, value in values_in(good.tree):
        own = dotted(path)
        if isinstance(value, int | float | str) and "type" not in path:
            for target in ("no.such.thing", own, "${", "data.train", ""):
                tree = with_value(good.tree, path, "${" + target + "}")
                yield Mutation(what=f"{own} -> {target}", tree=tree, path=path, line_of=path)


VALUE_OPERATORS: dict[str, Callable[[Good], Iterator[Mutation]]] = {
    "wrong type": wrong_type,
    "null": null,
    "out of range": out_of_range,
    "fraction": fraction,
    "not finite": not_finite,
    "huge number": huge,
    "wrong length": wrong_length,
    "empty list": empty_list,
    "bad reference": bad_reference,
}


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
            return [value[0] if value and not isinstance(value[0], (dict, list)) else 3, {"0": 1}, "a"]
    return [[value], "a", 3]


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
