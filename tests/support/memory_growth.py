"""How much memory a call takes at its peak, everything counted: numpy, torch and the libraries below them."""

import sys
from collections.abc import Callable

import pytest
from resident_memory import growth_in_bytes

__all__ = ["peak_growth"]


def peak_growth(call: Callable[[], object]) -> float:
    """MiB by which the process's resident memory rises, at most, while ``call`` runs. Linux only; skips elsewhere."""
    if sys.platform != "linux":
        pytest.skip("the peak of resident memory is read from /proc, which is Linux's")
    return growth_in_bytes(call) / 2**20
