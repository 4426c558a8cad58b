"""Evaluation results: nested names to floats. NaN says that there was nothing to measure."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Union, cast

from detcore.errors import ConfigError
from detcore.files import whole_file
from detcore.interfaces import EvaluationResult

__all__ = ["JSONResult", "load_results", "merge_results", "metric", "save_results", "without_nan"]

JSONResult = dict[str, Union[float, "JSONResult", None]]
"""An evaluation result with ``None`` for NaN, which JSON does not have."""


def merge_results(results: Sequence[EvaluationResult]) -> EvaluationResult:
    """All results as one, nested tables merged.

    Raises:
        ConfigError: two results have a value of the same name.
    """
    merged: dict[str, float | EvaluationResult] = {}
    for result in results:
        _merge_into(merged, result, ())
    return merged


def metric(results: EvaluationResult, path: str) -> float:
    """The value at a dotted path such as ``"bbox.AP"``; a class name may itself hold dots.

    Raises:
        ConfigError: there is none; names what there is.
    """
    found = _find(results, path)
    if found is None:
        raise ConfigError(f"no metric '{path}' was measured; there is {', '.join(_paths(results)) or 'none at all'}")
    return found


def without_nan(results: EvaluationResult) -> JSONResult:
    """The same results, ready for JSON: ``None`` where there was nothing to measure.

    >>> without_nan({"bbox": {"AP": 61.5, "APs": float("nan")}})
    {'bbox': {'AP': 61.5, 'APs': None}}
    """
    return {key: without_nan(value) if isinstance(value, Mapping) else _number(value) for key, value in results.items()}


def save_results(results: EvaluationResult, path: Path) -> None:
    """Write JSON, whole or not at all; folders are made, NaN becomes null."""
    text = json.dumps(without_nan(results), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with whole_file(path) as file:
        file.write(text.encode())


def load_results(path: Path) -> EvaluationResult:
    """What :func:`save_results` wrote; null becomes NaN."""
    return _with_nan(cast(JSONResult, json.loads(path.read_text(encoding="utf-8"))))


def _merge_into(merged: dict[str, float | EvaluationResult], result: EvaluationResult, path: tuple[str, ...]) -> None:
    for key, value in result.items():
        here = merged.get(key)
        if here is None:
            merged[key] = dict(value) if isinstance(value, Mapping) else value
        elif isinstance(here, dict) and isinstance(value, Mapping):
            _merge_into(here, value, (*path, key))
        else:
            raise ConfigError(f"two evaluators both report '{'.'.join((*path, key))}'; keep one of them")


def _find(results: EvaluationResult, path: str) -> float | None:
    for key, value in results.items():
        if isinstance(value, Mapping):
            found = _find(value, path.removeprefix(f"{key}.")) if path.startswith(f"{key}.") else None
        else:
            found = value if path == key else None
        if found is not None:
            return found
    return None


def _paths(results: EvaluationResult) -> list[str]:
    """Paths of all values but those of single classes, of which there may be a thousand."""
    paths = []
    for key, value in results.items():
        if isinstance(value, Mapping):
            paths += [] if key.startswith("per_class") else [f"{key}.{path}" for path in _paths(value)]
        else:
            paths.append(key)
    return paths


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _with_nan(results: JSONResult) -> EvaluationResult:
    return {
        key: _with_nan(value) if isinstance(value, dict) else math.nan if value is None else value
        for key, value in results.items()
    }
