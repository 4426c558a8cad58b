"""The run lengths inside COCO's compressed text, without decoding a picture.

pycocotools trusts them: too few leave pixels of the mask undefined. The text holds signed numbers in groups of five
bits, lowest first, each as a character from ``0`` on; a sixth bit says that the number goes on. From the fourth run on,
a number is the difference to the run before the last: https://github.com/cocodataset/cocoapi, ``rleFrString``.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["run_lengths"]

_CONTINUES, _NEGATIVE, _BITS = 0x20, 0x10, 0x1F


def run_lengths(counts: str) -> NDArray[np.int64] | None:
    """The lengths of all runs, background first; ``None`` where the text is none or stops inside a number.

    >>> run_lengths("31X1")  # 3 background, 1 object, the rest background
    array([ 3,  1, 40])
    """
    characters = np.frombuffer(counts.encode(), dtype=np.uint8).astype(np.int64) - ord("0")
    if not len(characters) or characters.min() < 0 or characters.max() > (_CONTINUES | _BITS):
        return None
    is_last = characters & _CONTINUES == 0
    if not is_last[-1]:
        return None
    return _undo_differences(_numbers(characters, is_last))


def _numbers(characters: NDArray[np.int64], is_last: NDArray[np.bool_]) -> NDArray[np.int64]:
    ends = np.flatnonzero(is_last)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(characters)) - np.repeat(starts, ends - starts + 1)
    numbers = np.add.reduceat((characters & _BITS) << (5 * place), starts)
    negative = characters[ends] & _NEGATIVE != 0
    return numbers - np.where(negative, np.int64(1) << (5 * (ends - starts + 1)), 0)


def _undo_differences(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    lengths = numbers.copy()
    lengths[1::2] = np.cumsum(numbers[1::2])
    lengths[2::2] = np.cumsum(numbers[2::2])
    return lengths
