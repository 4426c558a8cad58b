"""Tables and settings that are not there, or in the wrong place."""

from collections.abc import Callable, Iterator

import attrs

from broken_configs.case import Path, dotted
from broken_configs.good import Good, value_at
from broken_configs.trees import Mutation, with_value, without, written_places

__all__ = ["TABLE_OPERATORS"]


def unknown_key(good: Good) -> Iterator[Mutation]:
    """A setting that nothing reads."""
    for place in written_places(good):
        path = (*place.path, "zzqx_surplus")
        yield Mutation(what=dotted(path), tree=with_value(good.tree, path, 1), path=path, line_of=path)


def name_for_a_component(good: Good) -> Iterator[Mutation]:
    """The name of a component where its table should be."""
    for place in written_places(good):
        if name := value_at(good.tree, place.path).get("type"):
            tree = with_value(good.tree, place.path, name)
            says = f'{{ type = "{name}" }}'
            yield Mutation(what=dotted(place.path), tree=tree, path=place.path, line_of=place.path, says=says)


def missing_table(good: Good) -> Iterator[Mutation]:
    """A table that an experiment cannot do without."""
    for name in ("data", "model", "optimizer", "schedule", "training"):
        yield Mutation(what=name, tree=without(good.tree, (name,)), path=(name,), line_of=())
    yield Mutation(
        what="data.train", tree=without(good.tree, ("data", "train")), path=("data", "train"), line_of=("data",)
    )


def missing_setting(good: Good) -> Iterator[Mutation]:
    """A setting without a default, left out."""
    for place in written_places(good):
        if not place.path:
            continue
        for name, attribute, _ in place.fields():
            if attribute.default is attrs.NOTHING:
                path = (*place.path, name)
                yield Mutation(what=dotted(path), tree=without(good.tree, path), path=path, line_of=place.path)


def missing_type(good: Good) -> Iterator[Mutation]:
    """A component that does not say which."""
    for place in written_places(good):
        path = (*place.path, "type")
        if "type" in value_at(good.tree, place.path) and place.path[-1] != "box_head":
            yield Mutation(
                what=dotted(path), tree=without(good.tree, path), path=place.path, line_of=place.path, says='"type"'
            )


def wrong_nesting(good: Good) -> Iterator[Mutation]:
    """A setting one table too high, or in the table beside its own."""
    homes = list(written_places(good))
    for home in homes:
        for key, value in value_at(good.tree, home.path).items():
            for other in homes:
                inside = (*home.path, key) == other.path[: len(home.path) + 1]
                if key == "type" or key in other.names or inside or not _are_neighbours(home.path, other.path):
                    continue
                tree = with_value(without(good.tree, (*home.path, key)), (*other.path, key), value)
                path = (*other.path, key)
                says = dotted(home.path) or "belongs at the top of the file"
                yield Mutation(
                    what=f"{dotted(home.path)} to {dotted(path)}", tree=tree, path=path, line_of=path, says=says
                )


TABLE_OPERATORS: dict[str, Callable[[Good], Iterator[Mutation]]] = {
    "unknown key": unknown_key,
    "name for a component": name_for_a_component,
    "missing table": missing_table,
    "missing setting": missing_setting,
    "missing type": missing_type,
    "wrong nesting": wrong_nesting,
}


def _are_neighbours(home: Path, other: Path) -> bool:
    return other == home[:-1] or (len(home) == len(other) == 1) or (other[:-1] == home and len(other) == len(home) + 1)
