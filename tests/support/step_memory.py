"""Measures, in a process of its own, what a training step and a prediction add to the memory that the process holds.

Judges what ``plan`` estimates by other means than the plan's own: the kernel's account of resident pages. Linux only.
"""

import ctypes
import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from resident_memory import growth_in_bytes

__all__ = ["measured_in_a_process"]

GIVEN_BACK = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_TOP_PAD_": "0"}
"""Makes glibc return what is freed at once, so that pages in use are tensors alive."""


def measured_in_a_process(
    config: Path, overrides: Sequence[str], small: Sequence[str], unset: Sequence[str]
) -> dict[str, int]:
    """Bytes that a training step (without its gradients) and a prediction add at their peak.

    ``small`` are overrides after which the same model sees small pictures: on these everything is done once before, so
    that what is loaded and made at the first time is not counted.
    """
    arguments = json.dumps([str(config), list(overrides), list(small), list(unset)])
    environment = {**os.environ, **GIVEN_BACK, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, arguments], capture_output=True, text=True, check=True, env=environment
    )
    measured: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _grown(work: Callable[[], object]) -> int:
    """How far the resident set grows at the peak of some work."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return growth_in_bytes(work)


def _measure(config: str, overrides: list[str], small: list[str], unset: list[str]) -> dict[str, int]:
    import torch

    from detcore.config import load
    from detcore.jobs.assembly import evaluation_stream
    from detcore.jobs.parts import Parts, open_parts
    from detcore.jobs.planned_pictures import planned_training_pictures

    def opened(*more: str) -> tuple[Parts, Any, Any]:
        parts = open_parts(load(config, overrides=[*overrides, *more], unset=unset).experiment)
        assert parts.test is not None, "the test chooses experiments that have test data"
        pictures = planned_training_pictures(parts.experiment, parts.model, parts.registry).largest
        stream = evaluation_stream(parts.experiment, parts.test, parts.model, parts.device, registry=parts.registry)
        return parts, pictures, next(iter(stream))

    parts, pictures, tests = opened()
    _, small_pictures, small_tests = opened(*small)
    model, optimizer = parts.model, parts.optimizer

    def step(inputs: Any) -> None:
        model.train()
        optimizer.zero_grad(set_to_none=True)
        sum(model(inputs).values()).backward()
        optimizer.step()

    def predict(inputs: Any) -> None:
        model.eval()
        with torch.no_grad():
            model(inputs)

    step(small_pictures)
    optimizer.zero_grad(set_to_none=True)
    training = _grown(lambda: step(pictures))
    gradients = sum(each.grad.nbytes for each in model.parameters() if each.grad is not None)
    optimizer.zero_grad(set_to_none=True)
    predict(small_tests)
    return {"training": training - gradients, "inference": _grown(lambda: predict(tests))}


if __name__ == "__main__":
    print(json.dumps(_measure(*json.loads(sys.argv[1]))))
