"""The state of every random generator a training step may draw from."""

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["capture_random_state", "restore_random_state", "seed_everything"]


def seed_everything(seed: int) -> None:
    """Start the generators of Python, NumPy and torch (all devices) from one number."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the global one is meant
    torch.manual_seed(seed)


def capture_random_state() -> dict[str, Tensor]:
    """All generators' states as tensors."""
    _, python, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002 - the global one is meant
    assert name == "MT19937", f"NumPy's global generator is {name}"
    states = {
        "python": torch.tensor(python, dtype=torch.int64),
        "python_gauss": torch.tensor([] if gauss is None else [gauss], dtype=torch.float64),
        "numpy": torch.from_numpy(np.asarray(keys, dtype=np.int64)),
        "numpy_position": torch.tensor([position, has_gauss], dtype=torch.int64),
        "numpy_gauss": torch.tensor([cached], dtype=torch.float64),
        "torch": torch.get_rng_state(),
    }
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return states | {f"cuda{index}": state for index, state in enumerate(cuda)}


def restore_random_state(states: Mapping[str, Tensor]) -> None:
    """Put all generators back. GPUs that this machine lacks are passed over."""
    gauss: list[float] = states["python_gauss"].tolist()
    random.setstate((3, tuple(states["python"].tolist()), gauss[0] if gauss else None))
    position, has_gauss = states["numpy_position"].tolist()
    numpy_state: dict[str, Any] = {
        "bit_generator": "MT19937",
        "state": {"key": states["numpy"].numpy().astype(np.uint32), "pos": position},
        "has_gauss": has_gauss,
        "gauss": states["numpy_gauss"].item(),
    }
    np.random.set_state(numpy_state)  # noqa: NPY002 - the global one is meant
    torch.set_rng_state(states["torch"])
    for index in range(torch.cuda.device_count()):
        if f"cuda{index}" in states:
            torch.cuda.set_rng_state(states[f"cuda{index}"], index)
