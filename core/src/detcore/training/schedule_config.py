"""Settings of the learning rate schedules."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, in_, le, lt

from detcore.specs import Problem, ScheduleConfig

if TYPE_CHECKING:
    from detcore.interfaces import Schedule

__all__ = ["CosineScheduleConfig", "MultiStepScheduleConfig"]


@frozen(kw_only=True)
class MultiStepScheduleConfig(ScheduleConfig):
    """Warm up, stay, and drop at milestones; the defaults are those of Detectron2's COCO recipes."""

    milestones: tuple[float, ...] = field(default=(2 / 3, 8 / 9), validator=deep_iterable(and_(gt(0), lt(1))))
    """Where the rate drops, as fractions of the run, rising."""

    gamma: float = field(default=0.1, validator=and_(gt(0), le(1)))
    """What the rate is multiplied by at each milestone."""

    warmup_steps: int = field(default=1000, validator=ge(0))
    """Optimizer steps of warm-up, however long the run is."""

    warmup_factor: float = field(default=0.001, validator=and_(ge(0), le(1)))
    """The multiplier that warm-up starts from."""

    warmup_method: Literal["linear", "constant"] = field(default="linear", validator=in_(("linear", "constant")))
    """Whether the multiplier rises during warm-up or stays at ``warmup_factor``."""

    def __attrs_post_init__(self) -> None:
        if any(later <= earlier for earlier, later in zip(self.milestones, self.milestones[1:], strict=False)):
            raise ValueError(f"'milestones' must rise, found {list(self.milestones)}")

    def landmarks(self, total_steps: int) -> dict[int, str]:
        """The end of warm-up, and every milestone before the end of the run."""
        steps = [_first_step_from(share, total_steps) for share in self.milestones]
        milestones = {step: "milestone" for step in steps if step < total_steps}
        return _with_warmup(self.warmup_steps, total_steps, milestones)

    def check(self, total_steps: int) -> Iterator[Problem]:
        """Whether warm-up ends before the run does."""
        return _check_warmup(self.warmup_steps, total_steps)

    def build(self) -> "Schedule":
        """The schedule."""
        from detcore.training.schedules import MultiStepSchedule, Warmup

        return Warmup(
            MultiStepSchedule(milestones=self.milestones, gamma=self.gamma),
            steps=self.warmup_steps,
            factor=self.warmup_factor,
            method=self.warmup_method,
        )


@frozen(kw_only=True)
class CosineScheduleConfig(ScheduleConfig):
    """Warm up, then fall along half a cosine.

    SGDR without restarts: https://arxiv.org/abs/1608.03983
    """

    end_factor: float = field(default=0.0, validator=and_(ge(0), le(1)))
    """The multiplier at the end of the run."""

    warmup_steps: int = field(default=1000, validator=ge(0))
    """Optimizer steps of warm-up, however long the run is."""

    warmup_factor: float = field(default=0.001, validator=and_(ge(0), le(1)))
    """The multiplier that warm-up starts from."""

    warmup_method: Literal["linear", "constant"] = field(default="linear", validator=in_(("linear", "constant")))
    """Whether the multiplier rises during warm-up or stays at ``warmup_factor``."""

    def landmarks(self, total_steps: int) -> dict[int, str]:
        """The end of warm-up, and the quarters of the run."""
        return _with_warmup(self.warmup_steps, total_steps, super().landmarks(total_steps))

    def check(self, total_steps: int) -> Iterator[Problem]:
        """Whether warm-up ends before the run does."""
        return _check_warmup(self.warmup_steps, total_steps)

    def build(self) -> "Schedule":
        """The schedule."""
        from detcore.training.schedules import CosineSchedule, Warmup

        return Warmup(
            CosineSchedule(end_factor=self.end_factor),
            steps=self.warmup_steps,
            factor=self.warmup_factor,
            method=self.warmup_method,
        )


def _with_warmup(steps: int, total_steps: int, others: dict[int, str]) -> dict[int, str]:
    """What comes before the end of warm-up is left out: it changes nothing yet."""
    if steps == 0:
        return others
    after = {step: what for step, what in others.items() if step > steps}
    return {steps: "warm-up over", **after} if steps < total_steps else {}


def _check_warmup(steps: int, total_steps: int) -> Iterator[Problem]:
    if steps >= total_steps:
        message = f"warm-up takes {steps} steps, and the run ends after {total_steps}, before the rate is optimizer.lr"
        yield Problem(message, ("warmup_steps",), severity="doubtful")


def _first_step_from(share: float, total_steps: int) -> int:
    """The first step whose progress, computed as the trainer does, has reached ``share``."""
    step = math.floor(share * total_steps)
    return step if step / total_steps >= share else step + 1
