"""Weights & Biases, as a plugin of hooks."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from det_plugin_trackers.checkpoint_uploads import UPLOADS, CheckpointUploads
from det_plugin_trackers.environment_words import refused_word, word_of
from det_plugin_trackers.model_facts import ModelFacts
from det_plugin_trackers.model_hooks import ModelHooks
from det_plugin_trackers.run_records import lacking_package, remember, remembered, settings_of
from detcore.config import ExperimentConfig
from detcore.plugins import hookimpl
from detcore.specs import Problem, RunState

if TYPE_CHECKING:
    import wandb

__all__ = ["WandbTracker"]

_INTERRUPTED = 130

_WATCHED: Final = ("false", "gradients", "parameters", "all")
"""What ``wandb.watch`` can log, by the words of ``WANDB_WATCH``."""

_WATCH_EVERY: Final = 100
"""Steps; W&B's own integrations look as often."""


class WandbTracker(ModelHooks):
    """Sends settings and numbers of a run to W&B, whose own environment variables say where and how.

    ``WANDB_MODE=offline`` keeps everything in the run's folder, for ``wandb sync``. ``WANDB_LOG_MODEL`` sends
    checkpoints, ``WANDB_WATCH`` histograms of gradients and weights; neither does so by default.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        """One object serves every run of a process."""
        self._run: wandb.Run | None = None
        self._directory = Path()
        self._facts = ModelFacts()
        self._uploads = CheckpointUploads("false", self._upload)
        self._watched = "false"

    @hookimpl
    def detcore_check_config(self) -> list[Problem]:
        """Whether the package is there, and the variables say something."""
        return [
            *lacking_package("wandb", "wandb"),
            *refused_word("WANDB_LOG_MODEL", UPLOADS),
            *refused_word("WANDB_WATCH", _WATCHED),
        ]

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
        self._directory = directory
        self._uploads = CheckpointUploads(word_of("WANDB_LOG_MODEL", UPLOADS), self._upload)
        self._watched = word_of("WANDB_WATCH", _WATCHED)
        self._note()

    @hookimpl
    def detcore_after_step(self, run: RunState) -> None:
        """Send histograms now and then, and of the last step, if they are wanted."""
        if self._run is None or self._watched == "false":
            return
        if run.step % _WATCH_EVERY == 0 or run.step == run.total_steps:
            from det_plugin_trackers.histograms import histograms

            self._run.log({**histograms(run.model, self._watched), "step": run.step})

    @hookimpl
    def detcore_metrics_logged(self, metrics: Mapping[str, float], step: int) -> None:
        """Send a line of numbers."""
        if self._run is not None:
            values: dict[str, Any] = {**metrics, "step": step}
            self._run.log(values)

    @hookimpl
    def detcore_run_end(self, error: BaseException | None) -> None:
        """Say how the run ended."""
        try:
            self._uploads.ended(error)
        finally:
            run = self._run
            self._forget()
            if run is not None:
                run.finish(exit_code=_exit_code(error))

    def _note(self) -> None:
        """What is known of the model, in the summary of the run."""
        if self._run is not None:
            self._run.summary.update(self._facts.of(self._directory))

    def _upload(self, path: Path, step: int) -> None:
        """A checkpoint as a version of the run's artifact; W&B copies the files, for a run forgets old checkpoints."""
        if self._run is None:
            return
        import wandb

        artifact = wandb.Artifact(f"checkpoint-{self._run.id}", type="model", metadata={"step": step})
        artifact.add_dir(str(path))
        self._run.log_artifact(artifact, aliases=["latest", path.name])


def _exit_code(error: BaseException | None) -> int:
    return 0 if error is None else _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
