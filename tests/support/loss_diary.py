"""Hooks that only look."""

from collections.abc import Iterator
from pathlib import Path

from detcore.config import ExperimentConfig
from detcore.plugins import hookimpl
from detcore.specs import Problem, RunState

__all__ = ["LossDiary"]


class LossDiary:
    """Writes down the losses of a run at its end."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    @hookimpl
    def detcore_check_config(self, experiment: ExperimentConfig) -> Iterator[Problem]:
        """Tell of something doubtful."""
        yield Problem(f"is {experiment.training.steps}", ("training", "steps"), severity="doubtful")

    @hookimpl
    def detcore_after_step(self, run: RunState) -> None:
        """Note the loss, and log how far the run is."""
        self.losses.append(run.metrics["loss"])
        run.metrics["done"] = run.step / run.total_steps

    @hookimpl
    def detcore_run_end(self, directory: Path, error: BaseException | None) -> None:
        """Write down what was noted."""
        (directory / "diary.txt").write_text(f"{self.losses} {error}", encoding="utf-8")
        self.losses = []
