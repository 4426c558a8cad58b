"""What a run that has not started will write."""

import math

from detcore.config import ExperimentConfig
from detcore.errors import RunError
from detcore.jobs.plan_facts import PlannedFiles, RunLength
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.running import lacking_for_evaluation

__all__ = ["planned_files"]


def planned_files(experiment: ExperimentConfig, length: RunLength, checkpoint_bytes: int) -> PlannedFiles:
    """The run's folder, and how much of what comes into it."""
    folder = RunFolder.of(experiment)
    evaluated = _evaluated_steps(experiment, length)
    written = _checkpoint_steps(experiment, length, evaluated)
    final = "evaluate" in experiment.run.do and not lacking_for_evaluation(experiment)
    return PlannedFiles(
        directory=folder.path,
        is_taken=_is_taken(folder),
        checkpoints_written=None if written is None else len(written),
        checkpoints_kept=None if written is None else min(len(written), experiment.training.keep_checkpoints),
        checkpoint_bytes=checkpoint_bytes,
        evaluations=None if evaluated is None else len(evaluated) + final,
        names=_names(folder, trains="train" in experiment.run.do, evaluates=final),
    )


def _is_taken(folder: RunFolder) -> bool:
    try:
        folder.refuse_run()
    except RunError:
        return True
    return False


def _evaluated_steps(experiment: ExperimentConfig, length: RunLength) -> set[int] | None:
    """The steps after which the model is evaluated while it trains."""
    every = experiment.evaluation.every_epochs
    if every is None or "train" not in experiment.run.do:
        return set()
    if length.steps is None or length.epoch_pictures is None:
        return None
    share = length.batch_size / length.epoch_pictures
    crossed = {step for step in range(1, length.steps + 1) if step * share // every > (step - 1) * share // every}
    return crossed | {length.steps}


def _checkpoint_steps(experiment: ExperimentConfig, length: RunLength, evaluated: set[int] | None) -> set[int] | None:
    if "train" not in experiment.run.do:
        return set()
    if length.steps is None or evaluated is None:
        return None
    every = experiment.training.checkpoint_every_steps or math.ceil(length.steps / 10)
    return {*range(every, length.steps + 1, every), length.steps, *evaluated}


def _names(folder: RunFolder, *, trains: bool, evaluates: bool) -> tuple[str, ...]:
    described = ["config.toml", "plugins.lock.json", "environment.json", folder.log.name] if trains else []
    trained = [folder.metrics.name, f"{folder.checkpoints.name}/"] if trains else []
    return (*described, *trained, *([f"{folder.evaluation.name}/"] if evaluates else []))
