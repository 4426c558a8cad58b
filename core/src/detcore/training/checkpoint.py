"""Checkpoints: one folder each, of tensors and JSON, never pickle.

``model.safetensors`` is what to predict with (averaged weights, where a hook keeps an average), ``trainer.safetensors``
and ``state.json`` are what continuing takes besides.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from detcore.errors import RunError, WeightsError
from detcore.files import new_folder
from detcore.training.atomic import write_json

__all__ = [
    "CHECKPOINT_FORMAT",
    "Checkpoint",
    "checkpoint_folders",
    "newest_checkpoint",
    "pointed_checkpoint",
    "prune_checkpoints",
    "read_checkpoint",
    "read_checkpoint_model",
    "read_checkpoint_state",
    "write_checkpoint",
    "write_pointer",
]

CHECKPOINT_FORMAT = 1
"""Raised when a reader of the old layout would misunderstand the new one."""


@frozen(kw_only=True, eq=False)
class Checkpoint:
    """A run at one optimizer step."""

    model: Mapping[str, Tensor]
    """The state dict to predict with."""

    trainer: Mapping[str, Tensor]
    """Optimizer, hooks, random generators; and the model's own weights where they differ from ``model``."""

    state: Mapping[str, Any]
    """Everything else; ready for JSON. Holds at least ``step``."""


def write_checkpoint(directory: Path, checkpoint: Checkpoint) -> Path:
    """Write ``directory/step-000500`` so that it is there whole or not at all; its path.

    One that is there already is kept: a run passes every step once.

    Raises:
        RunError: the tensors cannot be written; most often the disk is full.
    """
    path = directory / f"step-{checkpoint.state['step']:06d}"
    if path.exists():
        return path
    with new_folder(path) as folder:
        _write_tensors(folder / "model.safetensors", checkpoint.model)
        _write_tensors(folder / "trainer.safetensors", checkpoint.trainer)
        write_json(folder / "state.json", {"format": CHECKPOINT_FORMAT, **checkpoint.state})
    return path


def _write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    try:
        save_file(_separate(tensors), path)
    except SafetensorError as error:  # what it says of a full disk is no OSError
        raise RunError(f"{path.parent.parent}: a checkpoint cannot be written: {error}") from error


def _separate(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies in main memory that share nothing: the file format refuses tensors that are views of one another."""
    return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}


def read_checkpoint(path: Path) -> Checkpoint:
    """Everything in a checkpoint folder.

    Raises:
        WeightsError: a file is missing or damaged, or was written by a newer version.
    """
    return Checkpoint(
        model=read_checkpoint_model(path),
        trainer=_read_tensors(path / "trainer.safetensors"),
        state=read_checkpoint_state(path),
    )


def read_checkpoint_model(path: Path) -> dict[str, Tensor]:
    """The state dict to predict with."""
    return _read_tensors(path / "model.safetensors")


def read_checkpoint_state(path: Path) -> dict[str, Any]:
    """What ``state.json`` says."""
    try:
        state: dict[str, Any] = json.loads((path / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path / 'state.json'}: cannot be read: {error}") from error
    if state.get("format") != CHECKPOINT_FORMAT:
        raise WeightsError(
            f"{path}: checkpoint format {state.get('format')!r} is not the one this version of det-core reads "
            f"({CHECKPOINT_FORMAT})"
        )
    return state


def _read_tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: cannot be read: {error}") from error


def checkpoint_folders(directory: Path) -> list[Path]:
    """All complete checkpoints below ``directory``, oldest first."""
    found = {
        int(match[1]): path for path in directory.glob("step-*") if (match := re.fullmatch(r"step-(\d+)", path.name))
    }
    return [found[step] for step in sorted(found)]


def newest_checkpoint(directory: Path) -> Path | None:
    """The checkpoint of the latest step, if there is any.

    Folders get their names only when complete, so this needs no pointer, which a kill may have left one behind.
    """
    folders = checkpoint_folders(directory)
    return folders[-1] if folders else None


def write_pointer(directory: Path, name: str, path: Path, **more: float | str | None) -> None:
    """Make ``directory/<name>.json`` name the checkpoint at ``path``."""
    write_json(directory / f"{name}.json", {"checkpoint": path.name, **more})


def pointed_checkpoint(directory: Path, name: str) -> Path | None:
    """The checkpoint that ``directory/<name>.json`` names, if both are there."""
    pointer = directory / f"{name}.json"
    if not pointer.exists():
        return None
    path = directory / str(json.loads(pointer.read_text(encoding="utf-8"))["checkpoint"])
    return path if path.exists() else None


def prune_checkpoints(directory: Path, *, keep: int) -> None:
    """Delete all but the latest ``keep`` checkpoints and the best one."""
    best = pointed_checkpoint(directory, "best")
    for path in checkpoint_folders(directory)[:-keep]:
        if path != best:
            # Renamed first: a kill while files are deleted must not leave half a checkpoint under a real name.
            doomed = path.rename(path.with_name(f".{path.name}.old"))
            shutil.rmtree(doomed, ignore_errors=True)
