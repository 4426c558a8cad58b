"""How much memory a call takes at its peak, everything counted: numpy, torch and the libraries below them."""

from collections.abc import Callable
from pathlib import Path

import pytest

__all__ = ["peak_growth"]

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

_RESET_PEAK = "5"
"""What Linux takes for: the highest resident size so far is the present one."""


def peak_growth(call: Callable[[], object]) -> float:
    """MiB by which the process's resident memory rises, at most, while ``call`` runs. Linux only; skips elsewhere."""
    try:
        _RESET.write_text(_RESET_PEAK)
    except OSError as error:
        pytest.skip(f"the peak of resident memory cannot be measured here: {error}")
    before = _resident_mib("VmRSS")
    call()
    return _resident_mib("VmHWM") - before


def _resident_mib(name: str) -> float:
    [line] = [line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024
