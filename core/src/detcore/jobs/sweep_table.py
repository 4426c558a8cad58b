"""What became of the runs of a sweep: ``sweep.json`` for programs, ``sweep.csv`` for spreadsheets, text for people."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import cattrs
from attrs import evolve, field, frozen

from detcore.evaluation import load_results
from detcore.interfaces import EvaluationResult
from detcore.jobs.run_folder import RunFolder
from detcore.training import flatten, write_json, write_text

__all__ = ["SweepRow", "SweepTable"]

PER_CLASS = "per_class"
"""Tables of this name hold a number for each class, of which there may be a thousand."""


@frozen(kw_only=True)
class SweepRow:
    """One run."""

    values: dict[str, str]
    """What is varied, by path, as overrides spell it."""

    folder: str
    status: Literal["waiting", "running", "done", "failed", "interrupted"] = "waiting"
    message: str = ""
    """Why it failed."""

    metrics: dict[str, float | None] = field(factory=dict)
    """The last loss of the training, and what the evaluation measured over all classes; ``None``: nothing there."""

    def finished(self) -> "SweepRow":
        """The row of a run that is done, with its numbers."""
        return evolve(self, status="done", metrics=_metrics_of(RunFolder(Path(self.folder))))

    def failed(self, message: str) -> "SweepRow":
        """The row of a run that is not."""
        return evolve(self, status="failed", message=message)


class SweepTable:
    """The rows of a sweep, in memory and in its folder; a row that is put is on the disk."""

    def __init__(self, folder: Path, rows: Sequence[SweepRow]) -> None:
        self.folder = folder
        self.rows = list(rows)
        self._json = folder / "sweep.json"

    @property
    def is_stored(self) -> bool:
        """Whether the folder holds a sweep."""
        return self._json.exists()

    @property
    def num_failed(self) -> int:
        """Runs that did not end well."""
        return sum(row.status == "failed" for row in self.rows)

    def take_over_stored(self) -> None:
        """Rows as an earlier process left them, where they are of the same runs."""
        if self.is_stored:
            stored = cattrs.structure(json.loads(self._json.read_text(encoding="utf-8"))["runs"], list[SweepRow])
            known = {row.folder: row for row in stored}
            self.rows = [known.get(row.folder, row) for row in self.rows]

    def put(self, index: int, row: SweepRow) -> None:
        """Replace a row, and write the table."""
        self.rows[index] = row
        write_json(self._json, {"runs": cattrs.unstructure(self.rows)})
        write_text(self.folder / "sweep.csv", _as_csv(self.rows))

    def __str__(self) -> str:
        metrics = _main_metrics(self.rows)
        heading = [*self.rows[0].values, *metrics, "status", "folder"]
        cells = [heading, *(_cells(row, metrics) for row in self.rows)]
        widths = [max(len(line[column]) for line in cells) for column in range(len(heading))]
        lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
        return "\n".join([*lines, *(f"{row.folder}: {row.message}" for row in self.rows if row.message)])


def _cells(row: SweepRow, metrics: Sequence[str]) -> list[str]:
    numbers = [_number(row.metrics.get(name)) for name in metrics]
    return [*row.values.values(), *numbers, row.status, row.folder]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _main_metrics(rows: Sequence[SweepRow]) -> list[str]:
    """The first metric of each task."""
    first: dict[str, str] = {}
    for name in _all_metrics(rows):
        first.setdefault(name.partition(".")[0], name)
    return list(first.values())


def _all_metrics(rows: Sequence[SweepRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.metrics))


def _as_csv(rows: Sequence[SweepRow]) -> str:
    metrics = _all_metrics(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*rows[0].values, *metrics, "status", "folder", "message"])
    for row in rows:
        numbers = [row.metrics.get(name) for name in metrics]
        writer.writerow([*row.values.values(), *numbers, row.status, row.folder, row.message])
    return text.getvalue()


def _metrics_of(folder: RunFolder) -> dict[str, float | None]:
    results = folder.evaluation / "results.json"
    measured = flatten(_overall(load_results(results))) if results.exists() else {}
    found = {**_last_loss(folder.metrics), **measured}
    return {name: None if math.isnan(value) else value for name, value in found.items()}


def _overall(results: EvaluationResult) -> EvaluationResult:
    return dict(_without_classes(results))


def _without_classes(results: EvaluationResult) -> Iterator[tuple[str, float | EvaluationResult]]:
    for name, value in results.items():
        if not isinstance(value, Mapping):
            yield name, value
        elif not name.startswith(PER_CLASS):
            yield name, _overall(value)


def _last_loss(metrics: Path) -> dict[str, float]:
    lines = metrics.read_text(encoding="utf-8").splitlines() if metrics.exists() else []
    losses = [line["loss"] for line in map(json.loads, lines) if line.get("loss") is not None]
    return {"loss": losses[-1]} if losses else {}
