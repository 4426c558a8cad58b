"""Tables and lists that never change, so that the config which holds them can be hashed and shared."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

__all__ = ["FrozenList", "FrozenTable", "frozen_value"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class FrozenTable(Mapping[str, T]):
    """What a field of type ``Mapping[str, …]`` holds once it is read from a file; as its converter, always.

    Equal to any mapping with the same entries, in whatever order.

    >>> FrozenTable({"a": 1}) == {"a": 1}
    True
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, T] | Iterable[tuple[str, T]] = ()) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> T:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._entries == dict(other)

    def __repr__(self) -> str:
        return f"FrozenTable({self._entries!r})"


class FrozenList(tuple[T_co, ...]):
    """What a field of type ``list[…]`` holds once it is read from a file: a tuple that is equal to the list.

    >>> FrozenList([1, 2]) == [1, 2] == FrozenList([1, 2]) == (1, 2)
    True
    """

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other


def frozen_value(value: object) -> object:
    """The same tables, lists and sets as values that never change.

    >>> frozen_value({"a": [1]})
    FrozenTable({'a': (1,)})
    """
    match value:
        case dict():
            return FrozenTable((str(key), frozen_value(entry)) for key, entry in value.items())
        case list():
            return FrozenList(frozen_value(item) for item in value)
        case set():
            return frozenset(value)
    return value
