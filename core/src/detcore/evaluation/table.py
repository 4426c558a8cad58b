"""Results as a text for people: a table of average precision per class, then one line of the rest."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from detcore.interfaces import EvaluationResult

__all__ = ["format_results"]

PER_CLASS = "per_class"
"""A table of this name holds each class's AP; ``per_class_AP50`` each class's AP50, and so on."""

ALL = "all classes"


class Column(NamedTuple):
    """One measure: its values by class, and the value over all classes."""

    task: str
    name: str
    per_class: Mapping[str, float]
    overall: float


def format_results(results: EvaluationResult) -> str:
    """Classes as rows, each task's measures side by side, all classes together last; "-": nothing to measure.

    >>> print(format_results({"bbox": {"AP": 61.25, "AP50": 80.0, "per_class": {"cat": 70.0, "dog": 52.5}}}))
                 bbox
    class          AP
    cat          70.0
    dog          52.5
    all classes  61.2
    <BLANKLINE>
    bbox: AP 61.2  AP50 80.0
    """
    columns = [
        column for task, table in results.items() if isinstance(table, Mapping) for column in _columns(task, table)
    ]
    blocks = [_table(columns)] if columns else []
    blocks += ["\n".join(_summaries(results))] if results else []
    return "\n\n".join(blocks)


def _columns(task: str, table: EvaluationResult) -> list[Column]:
    columns = []
    for key, values in table.items():
        if key.startswith(PER_CLASS) and isinstance(values, Mapping):
            name = key.removeprefix(PER_CLASS).removeprefix("_") or "AP"
            per_class = {label: value for label, value in values.items() if not isinstance(value, Mapping)}
            columns.append(Column(task, name, per_class, _overall(table, name)))
    return columns


def _overall(table: EvaluationResult, name: str) -> float:
    value = table.get(name, math.nan)
    return math.nan if isinstance(value, Mapping) else value


def _table(columns: Sequence[Column]) -> str:
    labels = list(dict.fromkeys(label for column in columns for label in column.per_class))
    first = ["", "class", *labels, ALL]
    cells = [first, *([*_heading(columns, at), *_values(column, labels)] for at, column in enumerate(columns))]
    widths = [max(len(cell) for cell in column) for column in cells]
    lines = []
    for row in range(len(first)):
        padded = [cells[0][row].ljust(widths[0])]
        padded += [column[row].rjust(width) for column, width in zip(cells[1:], widths[1:], strict=True)]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _heading(columns: Sequence[Column], at: int) -> tuple[str, str]:
    """The task above its first column, the measure below."""
    starts = at == 0 or columns[at - 1].task != columns[at].task
    return columns[at].task if starts else "", columns[at].name


def _values(column: Column, labels: Sequence[str]) -> list[str]:
    return [*(_text(column.per_class.get(label, math.nan)) for label in labels), _text(column.overall)]


def _summaries(results: EvaluationResult, task: str = "") -> list[str]:
    """``task: name value …`` for every table of values that are not of single classes."""
    values = [f"{key} {_text(value)}" for key, value in results.items() if not isinstance(value, Mapping)]
    lines = [f"{task}: " * bool(task) + "  ".join(values)] if values else []
    for key, table in results.items():
        if isinstance(table, Mapping) and not key.startswith(PER_CLASS):
            lines += _summaries(table, f"{task}.{key}" if task else key)
    return lines


def _text(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"
