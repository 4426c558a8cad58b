"""The nearest right word."""

from collections import Counter
from collections.abc import Iterable

__all__ = ["did_you_mean", "is_one_slip", "nearest_word"]

SLIPS_PER_LETTER = 0.4
"""Words are near when fewer slips than this part of the longer one's letters lead from one to the other."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'depth'?"`` for a word close to a known one, otherwise nothing."""
    near = nearest_word(word, known)
    return "" if near is None else f"; did you mean {near!r}?"


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that the fewest slips make of ``word``; ``None`` where it takes too many.

    >>> nearest_word("Batch-Sise", ["batch_size", "size"])
    'batch_size'
    """
    possible = [other for other in known if abs(len(word) - len(other)) <= _allowed(word, other)]
    best: tuple[int, int, str] | None = None
    for least, other in sorted((_least_slips(word, other), other) for other in possible):
        if best is not None and least > best[0]:  # counting the slips takes long, and none that follows can be nearer
            break
        slips = _slips(word, other)
        if slips <= _allowed(word, other) and slips < len(other):
            rank = slips, _unlike_start(word, other), other
            best = rank if best is None else min(best, rank)
    return None if best is None else best[2]


def is_one_slip(word: str, other: str) -> bool:
    """Whether one slip at most lies between two words; told in as many steps as a word has letters."""
    left, right = _plain(word), _plain(other)
    shorter, longer = sorted((left, right), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = 0
    while start < len(shorter) and left[start] == right[start]:
        start += 1
    if len(longer) > len(shorter):
        return shorter[start:] == longer[start + 1 :]
    is_swapped = left[start : start + 2] == right[start : start + 2][::-1]
    return left[start + 1 :] == right[start + 1 :] or (is_swapped and left[start + 2 :] == right[start + 2 :])


def _allowed(word: str, other: str) -> float:
    return max(1, SLIPS_PER_LETTER * max(len(word), len(other)))


def _unlike_start(word: str, other: str) -> int:
    """Of words equally near, people most often get the beginning right."""
    same = 0
    for left, right in zip(word, other, strict=False):
        if left != right:
            break
        same += 1
    return -same


def _least_slips(word: str, other: str) -> int:
    """As many as there are letters that only one of them has: fewer make no difference of that sort."""
    left, right = Counter(_plain(word)), Counter(_plain(other))
    return max((left - right).total(), (right - left).total())


def _slips(word: str, other: str) -> int:
    """Letters to add, drop, replace or swap, case and ``-`` for ``_`` aside.

    The Damerau-Levenshtein distance, where a letter may be lost between two that are swapped:
    https://doi.org/10.1145/321879.321880
    """
    left, right = _plain(word), _plain(other)
    most = len(left) + len(right)
    cost = {(-1, column): most for column in range(-1, len(right) + 1)}
    cost |= {(row, -1): most for row in range(len(left) + 1)}
    cost |= {(row, 0): row for row in range(len(left) + 1)} | {(0, column): column for column in range(len(right) + 1)}
    last_row: dict[str, int] = {}
    for row, letter in enumerate(left, start=1):
        last_match = 0
        for column, wanted in enumerate(right, start=1):
            above, before = last_row.get(wanted, 0), last_match
            swapped = cost[above - 1, before - 1] + (row - above) + (column - before) - 1
            replaced = cost[row - 1, column - 1] + (letter != wanted)
            cost[row, column] = min(replaced, cost[row - 1, column] + 1, cost[row, column - 1] + 1, swapped)
            last_match = column if letter == wanted else last_match
        last_row[letter] = row
    return cost[len(left), len(right)]


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_")
