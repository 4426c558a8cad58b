"""Twenty runs in one process: the last one is the first one again, and nothing of those between is left."""

import gc
import signal
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_experiment import tiny_experiment

from detcore.errors import TrainingError
from detcore.jobs import run
from detcore.plugins import installed_registry

RUNS = 20
WARM = 5
"""Runs until everything is imported and cached that stays so."""

GLOBAL_HOOKS = [
    name for name in vars(torch.nn.modules.module) if name.startswith("_global_") and name.endswith("hooks")
]

OPEN_FILES = Path("/proc/self/fd")
"""Only Linux has it."""

pytestmark = pytest.mark.slow


def left_behind():
    """What a run could leave behind, counted."""
    gc.collect()
    objects = gc.get_objects()
    return {
        "tensors": sum(issubclass(type(each), torch.Tensor) for each in objects),
        "modules": sum(issubclass(type(each), torch.nn.Module) for each in objects),
        "optimizers": sum(issubclass(type(each), torch.optim.Optimizer) for each in objects),
        "threads": threading.active_count(),
        "hooks on all modules": sum(len(getattr(torch.nn.modules.module, name)) for name in GLOBAL_HOOKS),
        "warning filters": len(warnings.filters),
        "components": len(installed_registry().rows),
        "loaded modules": len(sys.modules),
        "open files": len(list(OPEN_FILES.iterdir())) if OPEN_FILES.exists() else 0,
    }


@pytest.fixture(scope="module")
def repeated(registered, tmp_path_factory):
    """The folder of twenty runs, the tenth of which fails; what was left and how many objects there were after each."""
    folder = tmp_path_factory.mktemp("repeated")
    before = signal.getsignal(signal.SIGINT)
    left, objects = [], []
    for number in range(RUNS):
        model = {"type": "tiny-detector", "explode_at": 2 if number == 9 else -1}
        experiment = tiny_experiment(
            folder, run__name=f"run-{number}", model=model, training__steps=4, evaluation__every_epochs=0.5
        )
        with suppress(TrainingError):
            run(experiment)
        del experiment
        left.append(left_behind())
        objects.append(len(gc.get_objects()))
    assert signal.getsignal(signal.SIGINT) is before, "Ctrl-C means what it meant before"
    return folder, left, objects


def test_the_twentieth_run_equals_the_first(repeated):
    folder, _, _ = repeated
    first, last = (folder / f"run-{number}" for number in (0, RUNS - 1))

    stored = [load_file(path / "checkpoints/step-000004/model.safetensors") for path in (first, last)]

    assert stored[0].keys() == stored[1].keys()
    assert all(torch.equal(stored[0][name], stored[1][name]) for name in stored[0])
    for file in ("metrics.jsonl", "evaluation/results.json", "predictions/coco_predictions.json"):
        assert (first / file).read_bytes() == (last / file).read_bytes()


def test_the_run_that_fails_is_among_them(repeated):
    folder, _, _ = repeated

    assert not (folder / "run-9" / "evaluation").exists()
    assert (folder / "run-10" / "evaluation").exists()


def test_nothing_is_left_behind(repeated):
    _, left, _ = repeated

    assert left[-1] == left[WARM]


def test_memory_stays_flat(repeated):
    """Whatever may hold other objects is counted: no change was measured, and less than one object a run is allowed."""
    _, _, objects = repeated

    assert objects[-1] - objects[WARM] < RUNS - 1 - WARM


def test_what_is_kept_is_counted():
    before = left_behind()

    kept = torch.nn.Linear(2, 2)

    after = left_behind()
    assert kept.bias is not None
    assert (after["modules"] - before["modules"], after["tensors"] - before["tensors"]) == (1, 2)
