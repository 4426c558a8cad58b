"""What all modules of a process share, and a component has no business to change.

Only the standard library is imported here, because the process that watches an import must not load what it watches
for; what belongs to NumPy and torch is looked at where they are loaded already.
"""

import logging
import os
import random
import signal
import sys
import warnings
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["TORCH_RANDOMNESS", "changed_parts", "global_state"]

TORCH_RANDOMNESS: Final = "torch's random generator"
"""The one part that building a module with fresh weights may change."""


def global_state() -> dict[str, object]:
    """Every part by the name that a message calls it, as a value that can be compared later."""
    return {
        "Python's random generator": random.getstate(),
        "the filters of warnings": list(warnings.filters),
        "the environment variables": dict(os.environ),
        "the working directory": os.getcwd(),  # noqa: PTH109  # pathlib is not loaded by a bare interpreter
        "sys.path": list(sys.path),
        "the signal handlers": {each: signal.getsignal(each) for each in signal.valid_signals()},
        "the root logger": (logging.root.level, list(logging.root.handlers)),
        "sys.excepthook": sys.excepthook,
        **_of_numpy(sys.modules.get("numpy")),
        **_of_torch(sys.modules.get("torch")),
    }


def changed_parts(before: Mapping[str, object]) -> list[str]:
    """The names of the parts that are not as they were; what was not loaded then is not compared."""
    after = global_state()
    return [name for name, value in before.items() if after[name] != value]


def _of_numpy(numpy: Any) -> dict[str, object]:
    if numpy is None:
        return {}
    name, keys, *rest = numpy.random.get_state()
    return {
        "NumPy's random generator": (name, keys.tobytes(), rest),
        "NumPy's handling of errors": numpy.geterr(),
    }


def _of_torch(torch: Any) -> dict[str, object]:
    if torch is None:
        return {}
    return {
        TORCH_RANDOMNESS: torch.get_rng_state().tolist(),
        "torch's default dtype": torch.get_default_dtype(),
        "torch's default device": torch.get_default_device(),
        "torch's number of threads": torch.get_num_threads(),
        "torch's recording of gradients": torch.is_grad_enabled(),
        "torch's choice of deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "torch's precision of matrix products": torch.get_float32_matmul_precision(),
        "torch's choice of cuDNN algorithms": torch.backends.cudnn.benchmark,
    }
