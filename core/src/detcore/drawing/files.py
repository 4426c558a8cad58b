"""Pictures written to files."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.files import whole_file

__all__ = ["write_label_map", "write_picture"]


def write_label_map(path: Path, labels: NDArray[np.uint16]) -> None:
    """Write H×W labels to ``path`` as a grey PNG, of 8 bits where they fit; the file appears whole or not at all."""
    fit = labels.max(initial=0) <= np.iinfo(np.uint8).max
    _, data = cv2.imencode(".png", labels.astype(np.uint8) if fit else labels)
    with whole_file(path) as file:
        file.write(data.tobytes())


def write_picture(path: Path, image: NDArray[np.uint8]) -> None:
    """Write H×W×3 RGB to ``path``, in the format its ending names; the file appears whole or not at all.

    Raises:
        ValueError: the ending names no format that can be written.
    """
    if not cv2.haveImageWriter(path.name):
        raise ValueError(f"{path}: pictures cannot be written as {path.suffix or 'a file without an ending'!r}")
    _, data = cv2.imencode(path.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    with whole_file(path) as file:
        file.write(data.tobytes())
