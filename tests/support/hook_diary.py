"""A hook plugin that implements every hook, and writes down what it is told."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from detcore.config import ExperimentConfig
from detcore.plugins import hookimpl
from detcore.specs import Problem, RunState

__all__ = ["Diary"]


class Diary:
    """An entry of ``told`` for each call, in order: the hook, and what tells the call from others."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    @hookimpl
    def detcore_components(self) -> Mapping[str, type]:
        """Nothing."""
        self.told.append(("components", None))
        return {}

    @hookimpl
    def detcore_configure(self, *, experiment: ExperimentConfig) -> None:
        """The experiment's name; changes nothing."""
        self.told.append(("configure", experiment.run.name))

    @hookimpl
    def detcore_check_config(self, *, experiment: ExperimentConfig) -> list[Problem]:
        """The experiment's name; finds nothing."""
        self.told.append(("check_config", experiment.run.name))
        return []

    @hookimpl
    def detcore_after_build(self, *, model: nn.Module) -> None:
        """The model's class."""
        self.told.append(("after_build", type(model).__name__))

    @hookimpl
    def detcore_run_start(self, *, directory: Path) -> None:
        """The folder's name."""
        self.told.append(("run_start", directory.name))

    @hookimpl
    def detcore_run_end(self, *, error: BaseException | None) -> None:
        """The error."""
        self.told.append(("run_end", error))

    @hookimpl
    def detcore_before_step(self, *, run: RunState) -> None:
        """Steps done."""
        self.told.append(("before_step", run.step))

    @hookimpl
    def detcore_after_step(self, *, run: RunState) -> None:
        """Steps done; adds a number to the metrics."""
        run.metrics["noted"] = 1.0
        self.told.append(("after_step", run.step))

    @hookimpl
    def detcore_before_evaluation(self, *, model: nn.Module, step: int) -> None:
        """The step."""
        self.told.append(("before_evaluation", step))

    @hookimpl
    def detcore_after_evaluation(self, *, results: Mapping[str, Any], step: int) -> None:
        """The step and the names of the evaluators."""
        self.told.append(("after_evaluation", (step, *results)))

    @hookimpl
    def detcore_metrics_logged(self, *, metrics: Mapping[str, float], step: int) -> None:
        """The step and the names of the numbers."""
        self.told.append(("metrics_logged", (step, *metrics)))

    @hookimpl
    def detcore_checkpoint_saved(self, *, path: Path, step: int) -> None:
        """The step, and that the checkpoint is whole."""
        self.told.append(("checkpoint_saved", (step, (path / "state.json").exists())))

    @hookimpl
    def detcore_checkpoint_loaded(self, *, path: Path, model: nn.Module, step: int) -> None:
        """The step and the folder's name."""
        self.told.append(("checkpoint_loaded", (step, path.name)))
