"""The tiny detector, and a run of it that is tracked."""

import pytest
import tiny_detector
from tiny_experiment import tiny_experiment

from detcore.testing.registering import registered

VARIABLES = ("WANDB_LOG_MODEL", "WANDB_WATCH", "DETCORE_MLFLOW_LOG_MODEL")


@pytest.fixture(autouse=True)
def _detector(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with registered(tiny_detector):
        yield


@pytest.fixture
def tracked(tmp_path):
    """A function that makes an experiment of two steps, evaluated on the way and at the end, with settings replaced."""

    def tracked(**changes):
        short = {"training__steps": 2, "schedule__warmup_steps": 0, "training__log_every_steps": 1}
        return tiny_experiment(tmp_path / "runs", **short | changes)

    return tracked
