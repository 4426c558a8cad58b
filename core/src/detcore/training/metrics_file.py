"""``metrics.jsonl``: every number of a run that a rerun would give again, one JSON object a line.

Times are not among them, so that the files of an interrupted and an uninterrupted run are equal; ``log.txt`` has those.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import torch
from torch import Tensor

from detcore.interfaces import RunState, TrainerHook, Writer
from detcore.training.atomic import write_text
from detcore.training.flat_names import flatten

__all__ = ["MetricsFile", "MetricsHook", "cut_metrics", "evaluation_metrics"]


class MetricsFile(Writer):
    """Appends to a file, one line a call; it is opened for the first one, since a run may end before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """One line; numbers that are not finite become ``null``, for which JSON has no other word."""
        line = {name: value if math.isfinite(value) else None for name, value in values.items()}
        if self._file is None:
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps({"step": step, **line}) + "\n")
        self._file.flush()  # a killed process leaves whole lines behind

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def cut_metrics(path: Path, *, after_step: int) -> None:
    """Drop the lines of steps after ``after_step``, and a last line that a kill has cut short."""
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        write_text(path, "".join(line for line in lines if line.endswith("\n") and _step(line) <= after_step))


def _step(line: str) -> int:
    return int(json.loads(line)["step"])


def evaluation_metrics(results: Mapping[str, Any]) -> dict[str, float]:
    """An evaluation's results as they are logged: under ``evaluation/``."""
    return {f"evaluation/{name}": value for name, value in flatten(results).items()}


class MetricsHook(TrainerHook):
    """Gives writers the mean of each number over the steps since the last time, and evaluation results as they are."""

    def __init__(self, *, writers: Sequence[Writer], every_steps: int) -> None:
        self.writers = writers
        self.every_steps = every_steps
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.latest: dict[str, float] = {}
        """What was written last, for others to show."""

    def after_step(self, run: RunState) -> None:
        """Add up, and write when it is time."""
        for name, value in run.metrics.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
            self.counts[name] = self.counts.get(name, 0) + 1
        if run.step % self.every_steps == 0 or run.step == run.total_steps:
            means = {name: total / self.counts[name] for name, total in self.sums.items()}
            # A rate of its own is what a reader looks up, not the mean of a ramp.
            self.latest = {"epoch": run.epoch, **means, "lr": run.metrics["lr"]}
            self._write(run.step, self.latest)
            self.sums, self.counts = {}, {}

    def after_evaluation(self, run: RunState, results: Mapping[str, Any]) -> None:
        """Write the results under ``evaluation/``."""
        self._write(run.step, evaluation_metrics(results))

    def after_training(self, run: RunState) -> None:
        """Close the writers."""
        for writer in self.writers:
            writer.close()

    def state_dict(self) -> dict[str, Tensor]:
        """The sums so far."""
        return {
            name: torch.tensor([total, self.counts[name]], dtype=torch.float64) for name, total in self.sums.items()
        }

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue the sums."""
        self.sums = {name: pair[0].item() for name, pair in state.items()}
        self.counts = {name: int(pair[1]) for name, pair in state.items()}

    def _write(self, step: int, values: Mapping[str, float]) -> None:
        for writer in self.writers:
            writer.scalars(step, values)
