"""Pictures of rare classes, seen more often.

LVIS: A Dataset for Large Vocabulary Instance Segmentation, appendix B: https://arxiv.org/abs/1908.03195
Differs from the paper: every epoch has the same number of pictures, so that any of its places can be reached.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detcore.data.randomness import order_generator
from detcore.errors import DatasetError
from detcore.interfaces import Sampler

__all__ = ["RepeatFactorSampler", "repeat_factors"]


def repeat_factors(classes: Sequence[Sequence[int]], *, threshold: float, square_root: bool) -> NDArray[np.float64]:
    """How many times an epoch shows each picture on average, at least once; ``classes`` are those of its objects.

    A class that fewer than the share ``threshold`` of the pictures has is shown as if more had it; a picture counts for
    the rarest class in it.

    >>> repeat_factors([[0], [0], [0], [0, 1]], threshold=0.5, square_root=False).tolist()
    [1.0, 1.0, 1.0, 2.0]
    """
    present = [np.unique(np.asarray(each, dtype=np.int64)) for each in classes]
    frequency = np.bincount(np.concatenate([*present, np.zeros(0, np.int64)])) / max(len(classes), 1)
    wanted = threshold / np.maximum(frequency, 1 / max(len(classes), 1))  # of a class that nothing shows, none is read
    factors = np.maximum(np.sqrt(wanted) if square_root else wanted, 1)
    return np.array([factors[each].max(initial=1) for each in present], dtype=np.float64)


class RepeatFactorSampler(Sampler):
    """Every picture as often as its factor says, a whole number of times in each epoch, decided anew for every one.

    >>> sampler = RepeatFactorSampler(factors=[1.0, 1.0, 2.0], seed=0)
    >>> sorted(sampler[position] for position in range(4, 8))
    [0, 1, 2, 2]
    """

    def __init__(self, *, factors: Sequence[float], seed: int) -> None:
        if not len(factors):
            raise DatasetError("the dataset has no pictures, so there is nothing to sample")
        self.epoch_length = round(sum(factors))
        self._factors = tuple(factor * self.epoch_length / sum(factors) for factor in factors)
        self._seed = seed

    def __getitem__(self, position: int) -> int:
        epoch, offset = divmod(position, self.epoch_length)
        return int(_order(self._seed, epoch, self._factors)[offset])


# Two: batching by aspect ratio still looks at the end of one epoch when it begins the next.
@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, factors: tuple[float, ...]) -> NDArray[np.int64]:
    """One epoch: pictures laid end to end, as long as their factors, and read at steps of 1 from a place by chance."""
    generator = order_generator(seed, epoch)
    shuffled = generator.permutation(len(factors))
    ends = np.cumsum(np.asarray(factors)[shuffled])
    places = generator.random() + np.arange(round(ends[-1]))
    chosen = np.minimum(np.searchsorted(ends, places, side="right"), len(factors) - 1)
    return generator.permutation(shuffled[chosen])
