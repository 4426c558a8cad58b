"""A model as a run left it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cattrs
import torch

from detcore.config import ExperimentConfig
from detcore.errors import RunError, WeightsError
from detcore.interfaces import Architecture
from detcore.jobs.assembly import unseeded_model
from detcore.jobs.run_folder import RunFolder
from detcore.plugins import Registry
from detcore.specs import DatasetMetadata
from detcore.training import checkpoint_of, pointed_checkpoint, read_checkpoint_model, read_checkpoint_state

__all__ = ["find_checkpoint", "load_model", "misfits_told", "run_of", "stored_metadata"]


def run_of(path: Path) -> RunFolder:
    """The run that a path means: its folder, or one of its checkpoints.

    Raises:
        RunError: it is neither.
    """
    if not path.exists():
        raise RunError(f"{path} does not exist")
    folder = RunFolder(path.resolve().parent.parent if (path / "model.safetensors").exists() else path)
    folder.require_run()
    return folder


def find_checkpoint(folder: RunFolder, name: str | None) -> Path:
    """The checkpoint called ``"best"``, ``"last"`` or ``"step-000500"``; ``None``: the best, else the newest.

    Raises:
        RunError: the run has no such checkpoint.
    """
    if name is None:
        return checkpoint_of(folder.path)
    found = pointed_checkpoint(folder.checkpoints, name) if name in {"best", "last"} else folder.checkpoints / name
    if found is None or not found.exists():
        there = ", ".join(sorted(path.name for path in folder.checkpoints.glob("step-*"))) or "none"
        raise RunError(f"{folder.path} has no checkpoint {name!r}; there is {there}")
    return found


def load_model(
    experiment: ExperimentConfig, checkpoint: Path, device: torch.device, *, registry: Registry
) -> Architecture:
    """The experiment's model with a checkpoint's weights, in evaluation mode.

    Raises:
        WeightsError: the checkpoint is damaged or of another model.
    """
    model = unseeded_model(experiment, device, registry=registry)
    with misfits_told(checkpoint):
        model.load_state_dict(read_checkpoint_model(checkpoint))
    step = read_checkpoint_state(checkpoint)["step"]
    registry.hooks.call("detcore_checkpoint_loaded", path=checkpoint, model=model, step=step)
    return model.eval()


@contextmanager
def misfits_told(checkpoint: Path) -> Iterator[None]:
    """Tell in a sentence of weights that are not those of the model they are loaded into.

    Raises:
        WeightsError: PyTorch refused them.
    """
    try:
        yield
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise WeightsError(f"{checkpoint} does not fit the model in the run's config.toml: {reason}") from error


def stored_metadata(checkpoint: Path) -> DatasetMetadata:
    """What a checkpoint says of the data it was trained on: above all, the class names."""
    stored: dict[str, Any] = read_checkpoint_state(checkpoint)["metadata"]
    return cattrs.structure(stored, DatasetMetadata)
