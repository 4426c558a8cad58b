"""The learning rate over a run, as a multiple of the optimizer's own.

Equal to Detectron2's ``WarmupMultiStepLR`` and ``WarmupCosineLR``: a linear warm-up ends at the value that the schedule
has where warm-up is over, not at 1.
"""

import math
from collections.abc import Callable
from typing import Literal

from attrs import frozen

__all__ = ["CosineSchedule", "MultiStepSchedule", "Warmup"]


@frozen(kw_only=True)
class MultiStepSchedule:
    """1, times ``gamma`` for every milestone reached."""

    milestones: tuple[float, ...]
    gamma: float

    def __call__(self, progress: float) -> float:
        return float(self.gamma ** sum(progress >= milestone for milestone in self.milestones))


@frozen(kw_only=True)
class CosineSchedule:
    """From 1 to ``end_factor`` along half a cosine."""

    end_factor: float

    def __call__(self, progress: float) -> float:
        return self.end_factor + (1 - self.end_factor) * (1 + math.cos(math.pi * progress)) / 2


@frozen
class Warmup:
    """Another schedule, with its first steps made gentle."""

    schedule: Callable[[float], float]
    """What follows warm-up."""

    steps: int
    factor: float
    method: Literal["linear", "constant"]

    def __call__(self, progress: float, step: int) -> float:
        if step >= self.steps:
            return self.schedule(progress)
        start = self.factor * self.schedule(0.0)
        if step == 0 or self.method == "constant":
            return start
        # Steps and progress grow together, so this is the progress at which warm-up is over. A run that ends before
        # that is the beginning of a longer one, whose schedule has hardly begun.
        over = progress * self.steps / step
        end = self.schedule(over if over <= 1 else 0.0)
        return start + (end - start) * step / self.steps
