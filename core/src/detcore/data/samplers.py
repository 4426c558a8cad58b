"""The order in which pictures are seen, as a pure function of seed and position."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detcore.data.randomness import order_generator
from detcore.errors import DatasetError
from detcore.interfaces import Sampler

__all__ = ["SequentialSampler", "ShuffleSampler"]


class ShuffleSampler(Sampler):
    """A fresh permutation of all pictures each epoch.

    >>> sampler = ShuffleSampler(length=4, seed=0)
    >>> sorted(sampler[position] for position in range(4, 8))
    [0, 1, 2, 3]
    """

    def __init__(self, *, length: int, seed: int) -> None:
        self.epoch_length = _not_zero(length)
        self._seed = seed

    def __getitem__(self, position: int) -> int:
        epoch, offset = divmod(position, self.epoch_length)
        return int(_permutation(self._seed, epoch, self.epoch_length)[offset])


class SequentialSampler(Sampler):
    """All pictures in the order of the dataset, again and again."""

    def __init__(self, *, length: int) -> None:
        self.epoch_length = _not_zero(length)

    def __getitem__(self, position: int) -> int:
        return position % self.epoch_length


# Two: batching by aspect ratio still looks at the end of one epoch when it begins the next.
@lru_cache(maxsize=2)
def _permutation(seed: int, epoch: int, length: int) -> NDArray[np.int64]:
    return order_generator(seed, epoch).permutation(length)


def _not_zero(length: int) -> int:
    if length == 0:
        raise DatasetError("the dataset has no pictures, so there is nothing to sample")
    return length
