"""A table that never changes, so that the config which holds it can be hashed and shared."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

__all__ = ["FrozenTable"]

T = TypeVar("T")


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
