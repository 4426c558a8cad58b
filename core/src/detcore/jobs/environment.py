"""The machine and the versions a run was made with."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import torch

from detcore.training import JSONValue

__all__ = ["environment"]

_DISTRIBUTIONS = ("det-core", "numpy", "opencv-python-headless", "pycocotools", "safetensors", "torch", "torchvision")


def environment() -> JSONValue:
    """What a reader needs who wants to get the same numbers, or to know why not."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "command": sys.argv,
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpus": [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())],
        "cuda": torch.version.cuda,
        "distributions": {name: found for name in _DISTRIBUTIONS if (found := _version(name)) is not None},
    }


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
