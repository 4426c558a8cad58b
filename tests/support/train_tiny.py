"""Trains the tiny detector in a process of its own, for tests that kill it."""

import multiprocessing
import os
import sys
from pathlib import Path

import tiny_detector
import torch
from tiny_experiment import tiny_experiment

from detcore.jobs import train
from detcore.plugins import register

__all__ = ["train_tiny"]


def train_tiny(directory: Path, workers: int, steps: int) -> None:
    """Train in ``directory/tiny``, from where an earlier process stopped; exit status 130 after Ctrl-C."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open as long as the process lives
    torch.set_num_threads(1)
    multiprocessing.set_start_method("fork", force=True)  # workers, too, shall not import everything again
    register(tiny_detector)
    experiment = tiny_experiment(
        directory, data__loader={"workers": workers}, training__steps=steps, evaluation__every_epochs=4
    )
    try:
        train(experiment, resume=True)
    except KeyboardInterrupt:
        sys.exit(130)
