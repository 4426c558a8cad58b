"""One stretch of work, recorded by torch's profiler.

https://docs.pytorch.org/docs/stable/profiler.html
"""

import gzip
import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from torch.profiler import ProfilerAction, ProfilerActivity, profile

from detcore.training import whole_file, write_text

__all__ = ["TraceRecording"]

_MOST_OPERATORS: Final = 30


class TraceRecording:
    """Records ``active`` steps, after ``warmup`` steps in which the profiler itself warms up.

    It runs from when it is made. A step is whatever lies between two calls of :meth:`step`; steps after the last active
    one are not recorded.
    """

    def __init__(self, *, warmup: int, active: int) -> None:
        self._warmup = warmup
        self._active = active
        self._steps = 0
        self._stack = ExitStack()
        # The schedule is our own: torch's warns of every one without warm-up, which a run of one step cannot have.
        # There is one cycle; some versions warn of events that are lost at the end of each but to those who keep them.
        self._profile = profile(activities=_activities(), schedule=self._action, record_shapes=True, acc_events=True)
        self._stack.enter_context(self._profile)

    def step(self) -> None:
        """A step is over."""
        self._steps += 1
        self._profile.step()

    def stop(self) -> None:
        """Record nothing more."""
        self._stack.close()

    @property
    def num_recorded(self) -> int:
        """Whole steps that have been recorded."""
        return min(max(self._steps - self._warmup, 0), self._active)

    def write(self, stem: Path) -> None:
        """Write the trace (``.json.gz``) and a table of the most expensive operators (``.txt``); once, when stopped."""
        with TemporaryDirectory() as folder:
            trace = Path(folder) / "trace.json"
            self._profile.export_chrome_trace(str(trace))
            _pack(trace, stem.with_name(f"{stem.name}.json.gz"))
        write_text(stem.with_name(f"{stem.name}.txt"), self._table())

    def _table(self) -> str:
        device = "device" if len(_activities()) > 1 else "cpu"
        table: str = self._profile.key_averages().table(
            sort_by=f"self_{device}_time_total", row_limit=_MOST_OPERATORS, max_name_column_width=60
        )
        return table

    def _action(self, step: int) -> ProfilerAction:
        if step < self._warmup:
            return ProfilerAction.WARMUP
        last = self._warmup + self._active - 1
        if step > last:
            return ProfilerAction.NONE
        return ProfilerAction.RECORD if step < last else ProfilerAction.RECORD_AND_SAVE


def _pack(source: Path, target: Path) -> None:
    """Compressed, a trace is a tenth of its size, and those who draw it read it so."""
    with source.open("rb") as content, whole_file(target) as file, gzip.open(file, "wb") as packed:
        shutil.copyfileobj(content, packed)


def _activities() -> list[ProfilerActivity]:
    """The processor, and the accelerators that are here: asking for one that is not is complained of."""
    found = [ProfilerActivity.CPU]
    if torch.cuda.is_available():
        found.append(ProfilerActivity.CUDA)
    if torch.xpu.is_available():
        found.append(ProfilerActivity.XPU)
    return found
