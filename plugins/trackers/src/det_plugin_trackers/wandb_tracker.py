"""Weights & Biases, as a plugin of hooks."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from det_plugin_trackers.run_records import lacking_package, remember, remembered, settings_of
from detcore.config import ExperimentConfig
from detcore.plugins import hookimpl
from detcore.specs import Problem

if TYPE_CHECKING:
    import wandb

__all__ = ["WandbTracker"]

_INTERRUPTED = 130


class WandbTracker:
    """Sends settings and numbers of a run to W&B, whose own environment variables say where and how.

    ``WANDB_MODE=offline`` keeps everything in the run's folder, for ``wandb sync``.
    """

    def __init__(self) -> None:
        self._run: wandb.Run | None = None

    @hookimpl
    def detcore_check_config(self) -> list[Problem]:
        """Whether the package is there."""
        return lacking_package("wandb", "wandb")

    @hookimpl
    def detcore_run_start(self, experiment: ExperimentConfig, directory: Path) -> None:
        """Begin a run of W&B, or go on with the one that this run began."""
        from detcore.training import is_main

        if not is_main():
            return
        import wandb

        self._run = wandb.init(
            project=os.environ.get("WANDB_PROJECT", "detcore"),
            name=experiment.run.name,
            id=remembered(directory, "wandb"),
            resume="allow",
            dir=str(directory),
            config=settings_of(directory),
        )
        remember(directory, "wandb", self._run.id)
        # Numbers may come for an earlier step than the last one, as those of the best checkpoint's evaluation do, which
        # W&B's own count of steps would not take.
        self._run.define_metric("step")
        self._run.define_metric("*", step_metric="step")

    @hookimpl
    def detcore_metrics_logged(self, metrics: Mapping[str, float], step: int) -> None:
        """Send a line of numbers."""
        if self._run is not None:
            values: dict[str, Any] = {**metrics, "step": step}
            self._run.log(values)

    @hookimpl
    def detcore_run_end(self, error: BaseException | None) -> None:
        """Say how the run ended."""
        run, self._run = self._run, None
        if run is not None:
            run.finish(exit_code=0 if error is None else _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1)
