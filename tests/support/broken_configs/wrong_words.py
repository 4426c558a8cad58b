"""Keys, names and choices with a slip in them."""

import enum
from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args, get_origin

from broken_configs.case import Path, dotted
from broken_configs.good import Good, value_at
from broken_configs.misspelling import misspellings
from broken_configs.trees import Mutation, renamed, values_in, with_value, written_places

__all__ = ["WORD_OPERATORS"]


def misspelt_key(good: Good) -> Iterator[Mutation]:
    """A key with a slip in it."""
    for place in written_places(good):
        for key in value_at(good.tree, place.path):
            for wrong, slip in misspellings(key):
                if wrong not in place.names:
                    path = (*place.path, wrong)
                    tree = renamed(good.tree, place.path, key, wrong)
                    yield Mutation(what=f"{dotted(path)}: {slip}", tree=tree, path=path, line_of=path, word=key)


def misspelt_component(good: Good) -> Iterator[Mutation]:
    """The name of a component with a slip in it."""
    for place in written_places(good):
        path = (*place.path, "type")
        name = value_at(good.tree, place.path).get("type")
        for wrong, slip in misspellings(name) if name else ():
            tree = with_value(good.tree, path, wrong)
            yield Mutation(what=f"{dotted(path)}={wrong}: {slip}", tree=tree, path=path, line_of=path, word=name)


def misspelt_choice(good: Good) -> Iterator[Mutation]:
    """A word that is nearly one of those a setting may have, whether or not the config sets it."""
    for place in written_places(good):
        for name, _, hint in place.fields():
            for word in _choices(hint):
                for wrong, slip in misspellings(word):
                    path = (*place.path, name)
                    if wrong not in _choices(hint):
                        tree = with_value(good.tree, path, wrong)
                        yield Mutation(
                            what=f"{dotted(path)}={wrong}: {slip}", tree=tree, path=path, line_of=path, word=word
                        )


def misspelt_device(good: Good) -> Iterator[Mutation]:
    """A slip in the name of a device."""
    path: Path = ("training", "device")
    for word in ("auto", "cpu", "cuda"):
        for wrong, slip in misspellings(word):
            tree = with_value(good.tree, path, wrong)
            yield Mutation(what=f"{wrong}: {slip}", tree=tree, path=path, line_of=path, word=word)


def misspelt_reference(good: Good) -> Iterator[Mutation]:
    """A reference to a path with a slip in its last step."""
    for path, value in values_in(good.tree):
        if type(value) is int and all(isinstance(step, str) for step in path) and len(path) > 1:
            for wrong, slip in misspellings(str(path[-1])):
                at = ("training", "log_every_steps")
                tree = with_value(good.tree, at, "${" + dotted((*path[:-1], wrong)) + "}")
                what = f"{dotted(at)} -> {dotted(path)}: {slip}"
                yield Mutation(what=what, tree=tree, path=at, line_of=at, word=dotted(path))


WORD_OPERATORS: dict[str, Callable[[Good], Iterator[Mutation]]] = {
    "misspelt key": misspelt_key,
    "misspelt component": misspelt_component,
    "misspelt choice": misspelt_choice,
    "misspelt device": misspelt_device,
    "misspelt reference": misspelt_reference,
}


def _choices(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return [word for word in get_args(hint) if isinstance(word, str)]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [member.value for member in hint]
    return []
