"""Global randomness that begins at a seed, for a while."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

__all__ = ["seeded"]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Every global generator starts from ``seed``; afterwards each goes on where it was."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002  # the global one is meant
    with torch.random.fork_rng(devices=[]):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  # as above
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002  # as above
