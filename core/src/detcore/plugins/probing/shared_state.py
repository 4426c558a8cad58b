"""What all modules of a process share, and no plugin has any business to change.

``detcore plugins check`` and the conformance kit look at it before and after. What belongs to NumPy and torch is looked
at where they are loaded already; nothing is loaded to be looked at.
"""

import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["THREADS", "TORCH_RANDOMNESS", "changed_parts", "shared_state"]

TORCH_RANDOMNESS: Final = "torch's random numbers"
"""What building a module with fresh weights may change."""

THREADS: Final = "the running threads"
"""What a component that works in the background until it is closed may change when it is built or used."""


def shared_state() -> dict[str, object]:
    """Every part, by the name that a message calls it, as a value that can be compared later."""
    return {
        "Python's random numbers": random.getstate(),
        "the environment variables": dict(os.environ),
        "the working directory": Path.cwd(),
        "sys.path": list(sys.path),
        "sys.excepthook": sys.excepthook,
        "the filters of warnings": list(warnings.filters),
        "the handlers of the root logger": list(logging.root.handlers),
        "the level of the root logger": logging.root.level,
        "the signal handlers": {each: signal.getsignal(each) for each in signal.valid_signals()},
        THREADS: frozenset(threading.enumerate()),
        **_of_numpy(sys.modules.get("numpy")),
        **_of_torch(sys.modules.get("torch")),
    }


def changed_parts(before: Mapping[str, object]) -> list[str]:
    """Names of the parts that are no longer as they were; what was not loaded then is not compared."""
    after = shared_state()
    return [name for name, value in before.items() if not _is_as_before(after[name], value)]


def _is_as_before(now: object, before: object) -> bool:
    if isinstance(now, frozenset) and isinstance(before, frozenset):
        return now <= before  # a thread of somebody else may end meanwhile
    return now == before


def _of_numpy(numpy: Any) -> dict[str, object]:
    if numpy is None:
        return {}
    algorithm, keys, *rest = numpy.random.get_state()
    return {
        "NumPy's random numbers": (algorithm, keys.tobytes(), rest),
        "NumPy's handling of floating-point errors": numpy.geterr(),
    }


def _of_torch(torch: Any) -> dict[str, object]:
    if torch is None:
        return {}
    cudnn = torch.backends.cudnn
    return {
        TORCH_RANDOMNESS: torch.get_rng_state().tolist(),
        "torch's default dtype": torch.get_default_dtype(),
        "torch's default device": torch.get_default_device(),
        "torch's number of threads": torch.get_num_threads(),
        "torch's recording of gradients": torch.is_grad_enabled(),
        "torch's choice of deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "torch's precision of matrix products": torch.get_float32_matmul_precision(),
        "torch's choice of cuDNN algorithms": (cudnn.enabled, cudnn.benchmark, cudnn.deterministic),
    }
