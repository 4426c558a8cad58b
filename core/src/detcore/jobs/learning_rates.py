"""The learning rate over a run that has not started."""

from detcore.config import ExperimentConfig
from detcore.jobs.building import built
from detcore.jobs.plan_facts import RatePoint, RunLength
from detcore.plugins import Registry

__all__ = ["rate_points"]


def rate_points(experiment: ExperimentConfig, length: RunLength, rate: float, registry: Registry) -> list[RatePoint]:
    """At the first and the last step and wherever the schedule says that something happens; ``rate`` is at 1."""
    total = length.steps
    if total is None:
        return []
    schedule = built(registry, experiment.schedule)
    named = {step: what for step, what in experiment.schedule.landmarks(total).items() if 0 < step < total - 1}
    steps = {0: "start", **dict(sorted(named.items())), total - 1: "last step"}
    return [
        RatePoint(
            step=step,
            epoch=None if length.steps_per_epoch is None else step / length.steps_per_epoch,
            rate=rate * schedule(step / total, step),
            what=what,
        )
        for step, what in steps.items()
    ]
