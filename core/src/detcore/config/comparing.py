"""Two experiments compared by what they mean, not by how they are written."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from attrs import frozen

from detcore.config.dumping import to_dict
from detcore.config.sections import ExperimentConfig
from detcore.config.text.nodes import Path, dotted
from detcore.config.text.toml_text import inline
from detcore.plugins import Registry

__all__ = ["Difference", "differences"]

_NOTHING = "not set"


@frozen
class Difference:
    """One setting that differs; values are TOML, or ``"not set"``."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}: {self.before} -> {self.after}"


def differences(
    before: ExperimentConfig,
    after: ExperimentConfig,
    *,
    registry: Registry | None = None,
    registry_after: Registry | None = None,
) -> list[Difference]:
    """What would have to change in one experiment to make it the other, in the order of the config's tables.

    Lists of components are compared entry by entry, each with the one of its ``type`` that stands where it does.
    ``registry_after`` is for a second experiment that other plugins may be used in.

    Raises:
        UnknownComponentError: a config class that no installed or registered plugin offers.
    """
    tables = to_dict(before, registry=registry), to_dict(after, registry=registry_after or registry)
    return list(_compared(*tables, ()))


def _compared(before: Any, after: Any, path: Path) -> Iterator[Difference]:
    if _is_table(before) and _is_table(after) and before.get("type") == after.get("type"):
        for key in {**before, **after}:
            yield from _compared(before.get(key), after.get(key), (*path, key))
    elif _are_tables(before) and _are_tables(after):
        yield from _entries_compared(before, after, path)
    elif before != after:
        yield Difference(dotted(path), _text(before), _text(after))


def _entries_compared(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Difference]:
    matcher = SequenceMatcher(a=_types(before), b=_types(after), autojunk=False)
    for _, start, end, start_after, end_after in matcher.get_opcodes():
        common = min(end - start, end_after - start_after)
        for offset in range(common):
            index = start + offset
            yield from _compared(before[index], after[start_after + offset], (*path, index))
        for index in range(start + common, end):
            yield Difference(dotted((*path, index)), _text(before[index]), _NOTHING)
        for index in range(start_after + common, end_after):
            yield Difference(dotted((*path, index)), _NOTHING, _text(after[index]))


def _types(entries: Sequence[Any]) -> list[str]:
    return [str(entry.get("type")) for entry in entries]


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _are_tables(value: object) -> bool:
    """A list of tables, or an empty one that could be."""
    return isinstance(value, list) and all(map(_is_table, value))


def _text(value: object) -> str:
    return _NOTHING if value is None else inline(value)
