"""What a config may say and yet seldom means; a run tells it and goes on."""

from collections.abc import Iterator

from detcore.config.components import components_in
from detcore.config.sections import ExperimentConfig
from detcore.specs import Problem, under

__all__ = ["doubts", "schedule_doubts"]


def doubts(experiment: ExperimentConfig) -> Iterator[Problem]:
    """Everything of that kind that can be known without data."""
    if "train" not in experiment.run.do:
        return
    if experiment.training.steps is not None:
        yield from schedule_doubts(experiment, experiment.training.steps)
    if experiment.weights.path is None:
        yield from _missing_weights(experiment)


def schedule_doubts(experiment: ExperimentConfig, total_steps: int) -> list[Problem]:
    """About the schedule of a run of this length."""
    return under(experiment.schedule.check(total_steps), "schedule")


def _missing_weights(experiment: ExperimentConfig) -> Iterator[Problem]:
    for path, config in components_in(experiment.model, ("model",)):
        for problem in config.check_fresh():
            yield from under([problem], *path)
