"""Where the time of a training run goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["StepClock"]


class StepClock:
    """Seconds spent waiting for data and computing; what lies between steps (evaluation, checkpoints) is in neither."""

    def __init__(self) -> None:
        self.data_s = 0.0
        self.compute_s = 0.0
        self.steps = 0

    @contextmanager
    def data(self) -> Iterator[None]:
        """Around the wait for a batch."""
        start = time.perf_counter()
        yield
        self.data_s += time.perf_counter() - start

    @contextmanager
    def compute(self) -> Iterator[None]:
        """Around forward, backward and update."""
        start = time.perf_counter()
        yield
        self.compute_s += time.perf_counter() - start
        self.steps += 1

    @property
    def step_s(self) -> float:
        """Mean seconds of a step; 0 before the first."""
        return (self.data_s + self.compute_s) / self.steps if self.steps else 0.0

    @property
    def data_share(self) -> float:
        """Share of the time spent waiting for data, in [0, 1]."""
        total = self.data_s + self.compute_s
        return self.data_s / total if total else 0.0

    def take(self) -> "StepClock":
        """What has been measured so far, as a clock of its own; this one starts again from nothing."""
        taken = StepClock()
        taken.data_s, taken.compute_s, taken.steps = self.data_s, self.compute_s, self.steps
        self.data_s, self.compute_s, self.steps = 0.0, 0.0, 0
        return taken
