"""Which of several training processes this one is: the one place that asks torch."""

import torch
from torch import distributed

__all__ = ["is_main", "mean_over_ranks", "rank", "world_size"]


def rank() -> int:
    """Number of this process among those that train together, from 0."""
    return distributed.get_rank() if _is_running() else 0


def world_size() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if _is_running() else 1


def is_main() -> bool:
    """Whether this process is the one that writes files and talks to the terminal."""
    return rank() == 0


def _is_running() -> bool:
    return distributed.is_available() and distributed.is_initialized()


def mean_over_ranks(values: dict[str, float]) -> dict[str, float]:
    """Each number's mean over all processes; every process must pass the same names."""
    if world_size() == 1:
        return values
    total = torch.tensor(list(values.values()), dtype=torch.float64)
    distributed.all_reduce(total)
    return dict(zip(values, (total / world_size()).tolist(), strict=True))
