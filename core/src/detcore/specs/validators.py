"""Validators that attrs does not have, for the fields of config classes; each names its field.

Comparisons such as ``attrs.validators.ge`` already refuse not-a-number, which compares with nothing, but not infinity.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["distinct", "finite", "names", "not_empty", "of_length"]


def finite(_: object, attribute: "Attribute[Any]", value: float) -> None:
    """A number that is neither infinite nor not-a-number.

    Raises:
        ValueError: it is not.
    """
    if not -inf < value < inf:
        raise ValueError(f"'{attribute.name}' must be a finite number: {value}")


def not_empty(_: object, attribute: "Attribute[Any]", value: Sequence[object]) -> None:
    """A list of one item at least, or a text of one character.

    Raises:
        ValueError: there is none.
    """
    if not value:
        raise ValueError(f"'{attribute.name}' must {'not be empty' if value == '' else 'list at least one'}")


def distinct(_: object, attribute: "Attribute[Any]", values: Sequence[object]) -> None:
    """A list that names nothing twice.

    Raises:
        ValueError: it does; names what, and both places.
    """
    places: dict[object, int] = {}
    for place, value in enumerate(values):
        first = places.setdefault(value, place)
        if first != place:
            raise ValueError(f"'{attribute.name}' must not name {value!r} twice: items {first} and {place}")


def names(instance: object, attribute: "Attribute[Any]", values: Sequence[str]) -> None:
    """A list of words, none of them empty, none there twice; it may be empty itself.

    Raises:
        ValueError: one is.
    """
    if "" in values:
        raise ValueError(f"'{attribute.name}' must not hold an empty name: item {values.index('')}")
    distinct(instance, attribute, values)


def of_length(length: int) -> "Callable[[object, Attribute[Any], Sequence[object]], None]":
    """A list of exactly this many items, which an annotation asks of a file but not of Python."""

    def check(_: object, attribute: "Attribute[Any]", values: Sequence[object]) -> None:
        if len(values) != length:
            raise ValueError(f"'{attribute.name}' must have {length} items, not {len(values)}: {list(values)}")

    return check
