"""The hooks by which a tracker learns of a run's model."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from det_plugin_trackers.checkpoint_uploads import CheckpointUploads
from det_plugin_trackers.model_facts import ModelFacts
from detcore.plugins import hookimpl

if TYPE_CHECKING:
    from torch import nn

__all__ = ["ModelHooks"]


class ModelHooks(ABC):
    """How large the model is, and which checkpoints of it are written and read."""

    _facts: ModelFacts
    _uploads: CheckpointUploads

    @hookimpl
    def detcore_after_build(self, model: "nn.Module") -> None:
        """Note the size of the model."""
        self._facts.built(model)
        self._note()

    @hookimpl
    def detcore_checkpoint_saved(self, path: Path, step: int) -> None:
        """Send it, if it is wanted."""
        self._uploads.saved(path, step)

    @hookimpl
    def detcore_checkpoint_loaded(self, path: Path) -> None:
        """Note which it was."""
        self._facts.loaded(path)
        self._note()

    @abstractmethod
    def _note(self) -> None:
        """Send the facts, if there is a run to send them to."""

    @abstractmethod
    def _upload(self, path: Path, step: int) -> None:
        """Send a checkpoint."""
