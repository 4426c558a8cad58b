"""An experiment cut to a few steps in which everything that its run does still happens."""

from itertools import chain, count
from pathlib import Path
from typing import Final

from attrs import evolve, fields_dict

from det_plugin_debug.first_pictures_config import FirstPicturesConfig
from detcore.config import DataConfig, ExperimentConfig, RunConfig, TrainingConfig
from detcore.specs import DatasetConfig, ScheduleConfig

__all__ = ["brief"]

MOST_STEPS: Final = 4
"""Enough for a checkpoint on the way, a rate after warm-up, and gradients of weights that have moved."""

FEWEST_PICTURES: Final = 8
MOST_BATCHES: Final = 2
"""Of an evaluation: the second batch finds what only shows when something is used again."""

MARK: Final = "fast-dev-run"


def brief(experiment: ExperimentConfig) -> ExperimentConfig:
    """The experiment, brief; one that is brief already comes back equal."""
    training = _training(experiment.training)
    return evolve(
        experiment,
        training=training,
        schedule=_schedule(experiment.schedule, training.steps or MOST_STEPS),
        data=_data(experiment.data, max(FEWEST_PICTURES, MOST_BATCHES * experiment.evaluation.batch_size)),
        run=_run(experiment.run),
    )


def _training(training: TrainingConfig) -> TrainingConfig:
    """Few steps, each of them logged, and a checkpoint on the way: by default there are ten a run."""
    steps = min(training.steps or MOST_STEPS, MOST_STEPS)
    every = training.checkpoint_every_steps
    return evolve(
        training,
        epochs=None,
        steps=steps,
        log_every_steps=1,
        checkpoint_every_steps=None if every is None else min(every, max(1, steps // 2)),
    )


def _schedule(schedule: ScheduleConfig, steps: int) -> ScheduleConfig:
    """A warm-up that the run outlasts, where the schedule has a setting of that name."""
    most = steps // 2
    if "warmup_steps" not in fields_dict(type(schedule)) or schedule.warmup_steps <= most:  # type: ignore[attr-defined]
        return schedule
    return evolve(schedule, warmup_steps=most)  # type: ignore[call-arg]


def _data(data: DataConfig, most: int) -> DataConfig:
    """Few pictures to evaluate on; training sees few of its own accord."""
    if data.test is None:
        return data
    return evolve(data, test=evolve(data.test, datasets=tuple(_few(each, most) for each in data.test.datasets)))


def _few(dataset: DatasetConfig, most: int) -> DatasetConfig:
    if isinstance(dataset, FirstPicturesConfig):
        return evolve(dataset, count=min(dataset.count, most))
    return FirstPicturesConfig(dataset=dataset, count=most)


def _run(run: RunConfig) -> RunConfig:
    """A folder of its own, and another one each time: the run that is meant must not find its name taken."""
    if MARK in run.name:
        return run
    names = (f"{run.name}-{MARK}{number}" for number in chain([""], map("-{}".format, count(2))))
    return evolve(run, name=next(name for name in names if not Path(run.directory, name).exists()))
