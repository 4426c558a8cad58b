"""Readers of weights files."""

import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from detcore.errors import WeightsError
from detcore.interfaces import LoadedWeights, WeightsFormat

__all__ = ["NpzFormat", "SafetensorsFormat"]


class SafetensorsFormat(WeightsFormat):
    """Reads ``.safetensors``."""

    def read(self, path: Path) -> LoadedWeights:
        """All tensors of the file by name.

        Raises:
            WeightsError: the file is damaged or holds something else.
        """
        try:
            return LoadedWeights(tensors=load_file(path), notes=[])
        except (SafetensorError, OSError) as error:
            raise WeightsError(f"{path}: cannot be read as safetensors: {error}") from error


class NpzFormat(WeightsFormat):
    """Reads ``.npz``."""

    def read(self, path: Path) -> LoadedWeights:
        """All arrays of the archive by name.

        Raises:
            WeightsError: the file is damaged, or holds Python objects, which are never unpickled.
        """
        try:
            # Opened here, because numpy leaves a file open that it finds damaged.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                tensors = {name: torch.from_numpy(archive[name]) for name in archive.files}
        except (ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise WeightsError(f"{path}: cannot be read as npz: {error}") from error
        return LoadedWeights(tensors=tensors, notes=[])
