"""One experiment from beginning to end: what ``detcore run`` does."""

import json
from pathlib import Path

from detcore.config import ExperimentConfig
from detcore.errors import ConfigError
from detcore.jobs.evaluating import evaluate_told
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.run_hooks import ToldRun
from detcore.jobs.stored_model import find_checkpoint
from detcore.jobs.training import train_told
from detcore.training import RunLog

__all__ = ["run"]


def run(experiment: ExperimentConfig, *, resume: bool = False) -> Path:
    """Do what ``run.do`` lists, in that order; the run's folder.

    With ``resume`` what is done already is not done again.

    Raises:
        RunError: the folder holds a run and ``resume`` is off, or the stored run is another experiment.
        ConfigError: evaluation is all that is asked for, and there is nothing to evaluate on.
    """
    folder = RunFolder.of(experiment)
    lacking = lacking_for_evaluation(experiment)
    if lacking and "train" not in experiment.run.do:
        raise ConfigError(f"run.do: there is nothing to evaluate: the config has no {lacking}")
    with ToldRun(experiment, folder.path) as told:
        for job in experiment.run.do:
            if job == "train":
                train_told(told, resume=resume)
            elif lacking:
                _say(folder, f"not evaluated: the config has no {lacking}")
            elif resume and is_evaluated(folder):
                RunLog().say(f"{folder.path} is evaluated already; {folder.evaluation / 'table.txt'} holds the table")
            else:
                evaluate_told(told, folder.load())
    return folder.path


def lacking_for_evaluation(experiment: ExperimentConfig) -> str:
    """What an evaluation would need that the config does not have; empty: nothing."""
    if experiment.data.test is None:
        return "data.test"
    return "" if experiment.evaluation.evaluators else "evaluation.evaluators"


def _say(folder: RunFolder, text: str) -> None:
    log = RunLog()
    log.open(folder.log)
    log.say(text)


def is_evaluated(folder: RunFolder) -> bool:
    """Whether the results that are there are those of the checkpoint that would be evaluated now."""
    stored = folder.evaluation / "checkpoint.json"
    if not stored.exists():
        return False
    evaluated: str = json.loads(stored.read_text(encoding="utf-8"))["checkpoint"]
    return evaluated == find_checkpoint(folder, None).name
