"""How far the resident memory of this process grows at the peak of some work, by the kernel's account; Linux only."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["growth_in_bytes"]

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

_RESET_PEAK = "5"
"""What Linux takes for: the highest resident size so far is the present one."""


def growth_in_bytes(work: Callable[[], object]) -> int:
    """By how much, at most, while ``work`` runs.

    Raises:
        OSError: nothing here tells.
    """
    _RESET.write_text(_RESET_PEAK)
    before = _resident("VmRSS")
    work()
    return _resident("VmHWM") - before


def _resident(name: str) -> int:
    [line] = [line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024
