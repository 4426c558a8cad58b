"""The writer and the hooks of this plugin keep what their interfaces promise."""

from importlib.util import find_spec

import pytest

from det_plugin_trackers import MLflowTracker, TensorBoardConfig, WandbTracker
from detcore.testing import HooksConformance, WriterConformance

pytest.importorskip("torch.utils.tensorboard", reason="tensorboard is not installed; `nox -s trackers` has it")


def needs(module):
    return pytest.mark.skipif(find_spec(module) is None, reason=f"{module} is not installed; `nox -s trackers` has it")


class TestTensorBoard(WriterConformance):
    config = TensorBoardConfig


@needs("wandb")
class TestWandb(HooksConformance):
    plugin = WandbTracker

    @pytest.fixture(autouse=True)
    def _offline(self, monkeypatch, tmp_path):
        monkeypatch.setenv("WANDB_MODE", "offline")
        monkeypatch.setenv("WANDB_WATCH", "all")
        monkeypatch.setenv("WANDB_LOG_MODEL", "end")
        monkeypatch.chdir(tmp_path)


@needs("sqlalchemy")
@needs("mlflow")
@pytest.mark.filterwarnings("default")  # those of mlflow and sqlalchemy are not ours
class TestMLflow(HooksConformance):
    plugin = MLflowTracker

    @pytest.fixture(autouse=True)
    def _database(self, monkeypatch, tmp_path):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
        monkeypatch.setenv("DETCORE_MLFLOW_LOG_MODEL", "checkpoint")
        monkeypatch.chdir(tmp_path)
