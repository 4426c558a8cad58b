"""One experiment from beginning to end: what ``detcore run`` does."""

import json
from pathlib import Path

from detcore.config import ExperimentConfig
from detcore.jobs.evaluating import evaluate
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.stored_model import find_checkpoint
from detcore.jobs.training import train
from detcore.training import RunLog

__all__ = ["run"]


def run(experiment: ExperimentConfig, *, resume: bool = False) -> Path:
    """Do what ``run.do`` lists, in that order; the run's folder.

    With ``resume`` what is done already is not done again.

    Raises:
        RunError: the folder holds a run and ``resume`` is off, or the stored run is another experiment.
    """
    folder = RunFolder.of(experiment)
    for job in experiment.run.do:
        if job == "train":
            train(experiment, resume=resume)
        elif not experiment.evaluation.evaluators:
            continue
        elif resume and is_evaluated(folder):
            RunLog().say(f"{folder.path} is evaluated already; {folder.evaluation / 'table.txt'} holds the table")
        else:
            evaluate(folder.path)
    return folder.path


def is_evaluated(folder: RunFolder) -> bool:
    """Whether the results that are there are those of the checkpoint that would be evaluated now."""
    stored = folder.evaluation / "checkpoint.json"
    if not stored.exists():
        return False
    evaluated: str = json.loads(stored.read_text(encoding="utf-8"))["checkpoint"]
    return evaluated == find_checkpoint(folder, None).name
