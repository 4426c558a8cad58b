"""Checkpoints while training."""

import math
from collections.abc import Callable
from pathlib import Path

from detcore.interfaces import RunState, TrainerHook
from detcore.training.checkpoint import Checkpoint, prune_checkpoints, write_checkpoint, write_pointer
from detcore.training.evaluation_hook import EvaluationHook

__all__ = ["CheckpointHook"]


class CheckpointHook(TrainerHook):
    """Writes a checkpoint every so many steps, after every evaluation and at the end, and forgets old ones."""

    def __init__(
        self,
        *,
        directory: Path,
        capture: Callable[[], Checkpoint],
        every_steps: int,
        keep: int,
        evaluation: EvaluationHook | None,
        on_saved: Callable[[Path, int], None] | None = None,
    ) -> None:
        self.directory = directory
        self.capture = capture
        self.every_steps = every_steps
        self.keep = keep
        self.evaluation = evaluation
        self.on_saved = on_saved

    def after_step(self, run: RunState) -> None:
        """Write when it is time."""
        evaluated = self.evaluation is not None and self.evaluation.last_step == run.step
        if run.step % self.every_steps == 0 or run.step == run.total_steps or evaluated:
            self.save(run.step)

    def save(self, step: int) -> Path:
        """Write a checkpoint now and bring the pointers up to date; its folder."""
        is_new = not self.path_of(step).exists()
        path = write_checkpoint(self.directory, self.capture())
        self.point(path, step)
        prune_checkpoints(self.directory, keep=self.keep)
        if self.on_saved is not None and is_new:
            self.on_saved(path, step)
        return path

    def repair_pointers(self, step: int) -> None:
        """Make the pointers true again after a kill, which may have come between a checkpoint and its pointers."""
        self.point(self.path_of(step), step)

    def path_of(self, step: int) -> Path:
        """The folder of the checkpoint after so many steps, whether it is there or not."""
        return self.directory / f"step-{step:06d}"

    def point(self, newest: Path, step: int) -> None:
        """Make ``last.json`` and ``best.json`` say what is true once ``newest`` is there.

        Without any evaluation so far the last is the best that is known.
        """
        if self.evaluation is None or self.evaluation.best_step < 0:
            write_pointer(self.directory, "best", newest, step=step, metric=None, value=None)
        elif (path := self.path_of(self.evaluation.best_step)).exists():
            best = self.evaluation
            value = best.value if math.isfinite(best.value) else None
            write_pointer(self.directory, "best", path, step=best.best_step, metric=best.metric, value=value)
        write_pointer(self.directory, "last", newest, step=step)
