"""An experiment of seconds: the tiny detector on a few generated pictures."""

from pathlib import Path
from typing import Any

from detcore.config import ExperimentConfig, from_dict

__all__ = ["tiny_experiment", "tiny_tables"]


def tiny_tables(directory: Path) -> dict[str, Any]:
    """The tables of the experiment, for a test to change."""
    return {
        "data": {
            "train": {
                "datasets": [
                    {"type": "shapes", "num_images": 12, "size": [32, 48], "max_size": [48, 48], "max_objects": 2}
                ]
            },
            "test": {
                "datasets": [{"type": "shapes", "num_images": 4, "split": "test", "size": [32, 48], "max_objects": 2}]
            },
        },
        "model": {"type": "tiny-detector"},
        "optimizer": {"type": "sgd", "lr": 0.05},
        "schedule": {"type": "multi-step", "warmup_steps": 4},
        "training": {
            "batch_size": 4,
            "steps": 10,
            "log_every_steps": 4,
            "checkpoint_every_steps": 3,
            "hooks": [{"type": "ema", "decay": 0.9}],
            "device": "cpu",
        },
        "evaluation": {"evaluators": [{"type": "count"}], "pictures": 2},
        "run": {"directory": str(directory), "name": "tiny"},
    }


def tiny_experiment(directory: Path, **changes: Any) -> ExperimentConfig:
    """The experiment with values replaced: ``training__steps=3`` is ``training.steps=3``, ``None`` leaves one out."""
    tables = tiny_tables(directory)
    for path, value in changes.items():
        *parents, key = path.split("__")
        table = tables
        for parent in parents:
            table = table.setdefault(parent, {})
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return from_dict(tables).experiment
