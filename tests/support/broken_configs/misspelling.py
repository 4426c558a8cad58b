"""The slips of people who type: each turns a word into one that is nearly it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

__all__ = ["SLIPS", "misspellings"]


def drop(word: str) -> str:
    """A letter too few."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


def double(word: str) -> str:
    """A letter typed twice."""
    middle = len(word) // 2
    return word[: middle + 1] + word[middle:]


def swap(word: str) -> str:
    """Two neighbours in the wrong order."""
    for index, (left, right) in enumerate(pairwise(word)):
        if index >= (len(word) - 1) // 2 and left != right:
            return word[:index] + right + left + word[index + 2 :]
    return word


def replace(word: str) -> str:
    """Another letter at the end of the first half."""
    middle = (len(word) - 1) // 2
    return word[:middle] + ("x" if word[middle] != "x" else "y") + word[middle + 1 :]


def append(word: str) -> str:
    """A letter too many at the end."""
    return word + "e"


def capitalise(word: str) -> str:
    """A capital at the start."""
    return word[:1].upper() + word[1:]


def shout(word: str) -> str:
    """All capitals."""
    return word.upper()


def other_dash(word: str) -> str:
    """``-`` for ``_`` and the other way round."""
    return word.translate(str.maketrans("-_", "_-"))


def no_dash(word: str) -> str:
    """The parts of a word run together."""
    return word.replace("_", "", 1) if "_" in word else word.replace("-", "", 1)


def other_number(word: str) -> str:
    """Singular for plural and the other way round."""
    return word[:-1] if word.endswith("s") else word + "s"


def twice(word: str) -> str:
    """Two slips in one word."""
    return word[:1] + swap(drop(word[1:])) if len(word) > 5 else word


SLIPS: tuple[Callable[[str], str], ...] = (
    drop, double, swap, replace, append, capitalise, shout, other_dash, no_dash, other_number, twice,
)  # fmt: skip


def misspellings(word: str) -> Iterator[tuple[str, str]]:
    """Every wrong form of a word with the name of its slip, each form once."""
    seen = {word, ""}
    for slip in SLIPS:
        wrong = slip(word)
        if wrong not in seen:
            seen.add(wrong)
            yield wrong, slip.__name__.replace("_", " ")
