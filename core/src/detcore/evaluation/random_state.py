"""A span of code that no random generator remembers."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

__all__ = ["untouched_random_state"]


@contextmanager
def untouched_random_state(model: nn.Module) -> Iterator[None]:
    """Python's, numpy's and torch's generators (of the CPU and ``model``'s GPUs) are afterwards as they were."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one is what must not change
    devices = {parameter.device for parameter in model.parameters() if parameter.device.type == "cuda"}
    try:
        with torch.random.fork_rng(devices=sorted(devices, key=str)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
