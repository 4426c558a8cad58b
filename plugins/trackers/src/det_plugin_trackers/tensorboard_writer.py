"""TensorBoard's event files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.tensorboard import SummaryWriter

from detcore.interfaces import Writer

__all__ = ["TensorBoardWriter"]


class TensorBoardWriter(Writer):
    """Writes numbers, pictures and histograms for ``tensorboard --logdir``.

    Event files are never cut: a run that continues from an earlier step begins another file, which hides what the
    first one says of later steps.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._events: SummaryWriter | None = None

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """One curve for each name."""
        for name, value in values.items():
            self._at(step).add_scalar(name, value, step)

    def image(self, step: int, name: str, image: NDArray[np.uint8]) -> None:
        """An H×W×3 RGB picture."""
        self._at(step).add_image(name, image, step, dataformats="HWC")

    def histogram(self, step: int, name: str, values: NDArray[Any]) -> None:
        """The distribution of a set of values."""
        self._at(step).add_histogram(name, values, step)

    def close(self) -> None:
        """Write what is buffered."""
        if self._events is not None:
            self._events.close()

    def _at(self, step: int) -> SummaryWriter:
        """The file to write to, which begins with ``step``."""
        if self._events is None:
            self._events = SummaryWriter(str(self.folder), purge_step=step)
        return self._events
