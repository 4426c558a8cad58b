"""What a tracker notes about the model of a run."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

__all__ = ["ModelFacts"]


class ModelFacts:
    """The size of a model and the checkpoint that it was read from, kept until there is a run to note them in.

    Both are told before a run starts, and also where none does: a model that only predicts is built and read as well.
    """

    def __init__(self) -> None:
        self._num_parameters: int | None = None
        self._checkpoint: Path | None = None

    def built(self, model: "nn.Module") -> None:
        """A model is there."""
        self._num_parameters = sum(parameter.numel() for parameter in model.parameters())

    def loaded(self, path: Path) -> None:
        """A checkpoint has been read."""
        self._checkpoint = path

    def of(self, directory: Path) -> dict[str, int | str]:
        """By name, what is known for the run in this folder: of checkpoints, those of its own."""
        found: dict[str, int | str] = {}
        if self._num_parameters is not None:
            found["num_parameters"] = self._num_parameters
        if self._checkpoint is not None and self._checkpoint.resolve().is_relative_to(directory.resolve()):
            found["checkpoint_loaded"] = self._checkpoint.name
        return found
