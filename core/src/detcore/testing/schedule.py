"""What is asked of a schedule."""

from math import isfinite
from typing import Any

from detcore.interfaces import Schedule
from detcore.specs import ScheduleConfig
from detcore.testing.component import ComponentConformance

__all__ = ["ScheduleConformance"]


class ScheduleConformance(ComponentConformance[ScheduleConfig, Schedule]):
    """Checks of a schedule: from the first step to the last it multiplies by a finite number, not below zero.

    ::

        class TestMySchedule(ScheduleConformance):
            configs = (MyScheduleConfig(warmup_steps=3),)
    """

    interface = ScheduleConfig
    component = Schedule

    lengths = (1, 2, 10, 1000)
    """Steps of the runs to try."""

    def build(self, config: ScheduleConfig) -> Schedule:
        """As a trainer does."""
        return config.build()

    def examples(self, config: ScheduleConfig) -> list[tuple[float, int]]:
        """Progress and step, of every step of every run, and of its end."""
        return [(step / total, step) for total in self.lengths for step in range(total + 1)]

    def behaviour(self, component: Schedule, examples: Any) -> list[float]:
        """The multipliers."""
        return [component(progress, step) for progress, step in examples]

    def test_multipliers_are_finite(self, config: ScheduleConfig) -> None:
        """Over the whole run, ends included."""
        places = self.examples(config)
        multipliers = self.behaviour(self.built(config), places)
        wrong = [
            f"{multiplier!r} at progress {progress:.3g}, step {step}"
            for (progress, step), multiplier in zip(places, multipliers, strict=True)
            if not _is_multiplier(multiplier)
        ]
        assert not wrong, f"{type(config).__name__} multiplies by {wrong[0]}: give a finite number, not below 0"

    def test_the_rate_is_not_zero_all_along(self, config: ScheduleConfig) -> None:
        """Something is learned."""
        multipliers = self.behaviour(self.built(config), self.examples(config))
        assert any(multipliers), f"{type(config).__name__} multiplies by 0 at every step: nothing would be learned"

    def test_order_of_asking_is_no_matter(self, config: ScheduleConfig) -> None:
        """A resumed run begins in the middle."""
        places = self.examples(config)
        forwards = self.behaviour(self.built(config), places)
        backwards = self.behaviour(self.built(config), places[::-1])[::-1]
        assert forwards == backwards, (
            f"{type(config).__name__} depends on what was asked before: compute the multiplier from progress and step"
        )

    def test_landmarks_are_in_the_run(self, config: ScheduleConfig) -> None:
        """What ``plan`` lists happens inside the run."""
        for total in self.lengths:
            outside = [step for step in config.landmarks(total) if not 0 <= step < max(total, 1)]
            assert not outside, f"{type(config).__name__}.landmarks({total}) names steps outside the run: {outside}"

    def test_doubts_are_problems_without_errors(self, config: ScheduleConfig) -> None:
        """``check`` may be asked about a run of any length."""
        for total in self.lengths:
            wrong = [each.message for each in config.check(total) if each.severity == "error"]
            assert not wrong, f"{type(config).__name__}.check({total}) says an error, where only doubts count: {wrong}"


def _is_multiplier(value: object) -> bool:
    return isinstance(value, float | int) and isfinite(value) and value >= 0
