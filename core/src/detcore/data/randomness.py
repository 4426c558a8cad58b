"""Independent random generators for every place in a stream of samples.

Each is a pure function of its arguments, whatever process asks, so that a killed run continues bit for bit.
"""

import numpy as np

__all__ = ["order_generator", "sample_generator"]

# Spawn keys, unlike longer seeds, are guaranteed to give unrelated generators.
_ORDER = 0
_SAMPLE = 1


def order_generator(seed: int, epoch: int) -> np.random.Generator:
    """Decides the order of pictures in one epoch."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ORDER, epoch)))


def sample_generator(seed: int, epoch: int, position: int) -> np.random.Generator:
    """Decides how the sample at one position of an epoch is augmented."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_SAMPLE, epoch, position)))
