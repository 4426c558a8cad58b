"""Component base classes of what turns a model into a file, and a file into weights."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from detcore.interfaces.models import Architecture
from detcore.structures import ImageBatch

__all__ = ["Exporter", "LoadedWeights", "WeightsFormat"]


class LoadedWeights(NamedTuple):
    """Tensors of a weights file, and what a reader of the load report should know."""

    tensors: dict[str, Tensor]
    notes: list[str]
    """One sentence each, e.g. which names were translated and by what rule."""


class Exporter(ABC):
    """Ships a trained model in one file format."""

    @abstractmethod
    def export(self, architecture: Architecture, sample: ImageBatch, path: Path) -> None:
        """Write ``architecture.infer`` to ``path``; ``sample`` is a batch to trace with."""

    @abstractmethod
    def load(self, path: Path) -> Callable[[Tensor, Tensor], tuple[Tensor, ...]]:
        """The written model as a function of ``images`` and ``sizes``, for comparing it with the original."""


class WeightsFormat(ABC):
    """Reads weights from one file format, never by unpickling code."""

    @abstractmethod
    def read(self, path: Path) -> LoadedWeights:
        """All tensors of the file by name.

        Raises:
            WeightsError: the file is damaged or holds something else.
        """
