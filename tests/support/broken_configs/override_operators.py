"""Mistakes on the command line, over a config that is good."""

from collections.abc import Callable, Iterator

from attrs import frozen

from broken_configs.case import Path, dotted
from broken_configs.good import Good, places, value_at
from broken_configs.misspelling import misspellings

__all__ = ["OVERRIDE_OPERATORS", "Change"]


@frozen(kw_only=True)
class Change:
    """An override, or an option and what follows it."""

    arguments: tuple[str, ...]
    path: str
    word: str = ""
    says: str = ""

    @property
    def place(self) -> str:
        """How messages call it."""
        return f"override {' '.join(self.arguments)!r}"


def misspelt_override(good: Good) -> Iterator[Change]:
    """A slip in the last step of the path."""
    for path, value in _scalars(good):
        for wrong, _ in misspellings(str(path[-1])):
            changed = dotted((*path[:-1], wrong))
            if not _is_setting(good, (*path[:-1], wrong)):
                yield Change(arguments=(f"{changed}={_written(value)}",), path=changed, word=str(path[-1]))


def misspelt_table_in_override(good: Good) -> Iterator[Change]:
    """A slip in the step before the last."""
    for path, value in _scalars(good):
        if len(path) > 1 and isinstance(path[-2], str):
            for wrong, _ in misspellings(path[-2]):
                table = (*path[:-2], wrong)
                if not _is_setting(good, table):
                    changed = f"{dotted((*table, path[-1]))}={_written(value)}"
                    yield Change(arguments=(changed,), path=dotted(table), word=path[-2])


def misspelt_value_in_override(good: Good) -> Iterator[Change]:
    """The name of a component with a slip in it."""
    for place in places(good.experiment):
        if (name := _type_at(good, place.path)) is not None:
            for wrong, _ in misspellings(name):
                path = dotted((*place.path, "type"))
                yield Change(arguments=(f"{path}={wrong}",), path=path, word=name)


def wrong_type_in_override(good: Good) -> Iterator[Change]:
    """A text, a truth or a table where a number should be."""
    for path, value in _scalars(good):
        if type(value) in (int, float):
            for wrong in ("many", "true", "[1]", "{ a = 1 }", "'7'", "1979-05-27"):
                yield Change(arguments=(f"{dotted(path)}={wrong}",), path=dotted(path))


def no_such_entry(good: Good) -> Iterator[Change]:
    """A position in a list that is not there, or is no number."""
    for split in ("train", "test"):
        for step in ("9", "first", "-9", "1.5"):
            path = f"data.{split}.augmentations.{step}"
            yield Change(arguments=(f"{path}.type=random-flip",), path="")


def into_a_value(good: Good) -> Iterator[Change]:
    """A step below something that is no table."""
    for path, value in _scalars(good):
        if type(value) is int:
            yield Change(arguments=(f"{dotted(path)}.more=1",), path=dotted(path))


def unset_nothing(good: Good) -> Iterator[Change]:
    """``--unset`` of a key with a slip in it."""
    for path, _ in _scalars(good):
        for wrong, _slip in misspellings(str(path[-1])):
            if all(isinstance(step, str) for step in path):
                changed = dotted((*path[:-1], wrong))
                yield Change(arguments=("--unset", changed), path=changed, word=str(path[-1]))


def unset_needed(good: Good) -> Iterator[Change]:
    """``--unset`` of a table that an experiment cannot do without."""
    for name in ("model", "optimizer", "data.train", "training"):
        yield Change(arguments=("--unset", name), path=name, says="missing")


def unreadable_override(good: Good) -> Iterator[Change]:
    """An override that says nothing, or that stops in the middle."""
    yield Change(arguments=("training.steps=[1",), path="")
    yield Change(arguments=("training.steps={a=",), path="")
    yield Change(arguments=("run.name='a",), path="")
    yield Change(arguments=("=3",), path="")
    yield Change(arguments=("training..steps=3",), path="")
    yield Change(arguments=(".training.steps=3",), path="")


OVERRIDE_OPERATORS: dict[str, Callable[[Good], Iterator[Change]]] = {
    "misspelt override": misspelt_override,
    "misspelt table in override": misspelt_table_in_override,
    "misspelt value in override": misspelt_value_in_override,
    "wrong type in override": wrong_type_in_override,
    "no such entry": no_such_entry,
    "into a value": into_a_value,
    "unset nothing": unset_nothing,
    "unset needed": unset_needed,
    "unreadable override": unreadable_override,
}


def _scalars(good: Good) -> Iterator[tuple[Path, object]]:
    """Every setting that is a number, a text or a truth, with its path, as far as the config writes it."""
    for place in places(good.experiment):
        try:
            table = value_at(good.tree, place.path)
        except LookupError:
            continue
        for key, value in table.items():
            if isinstance(value, int | float | str) and key != "type":
                yield (*place.path, key), value


def _is_setting(good: Good, path: Path) -> bool:
    return any(place.path == path[:-1] and str(path[-1]) in place.names for place in places(good.experiment))


def _type_at(good: Good, path: Path) -> str | None:
    try:
        found: str | None = value_at(good.tree, (*path, "type"))
    except LookupError:
        return None
    return found


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)
