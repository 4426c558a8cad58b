"""Reading a picture file, whatever kind it is, as 8-bit RGB the right way up."""

from os import PathLike
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.data.completeness import why_incomplete
from detcore.errors import DatasetError

__all__ = ["read_label_map", "read_panoptic_map", "read_picture"]

# Not IMREAD_UNCHANGED, which ignores the EXIF orientation; ANYDEPTH because COLOR alone drops the lower 8 of 16 bits.
_COLOUR_IN_FULL_DEPTH = cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH


def read_picture(path: str | PathLike[str]) -> NDArray[np.uint8]:
    """The picture at ``path`` as H×W×3, RGB, uint8, turned upright by its EXIF orientation.

    Grey and palette pictures become RGB, an alpha channel is dropped, 16 bits are scaled to 8 (65535 becomes 255).

    Raises:
        DatasetError: the file is missing, cut off, or not a picture; names it and says what is wrong.
    """
    decoded = _read(Path(path), _COLOUR_IN_FULL_DEPTH)
    # np.asarray for the type checker: OpenCV's stubs promise no dtype.
    return np.asarray(cv2.cvtColor(_as_uint8(decoded, path), cv2.COLOR_BGR2RGB), dtype=np.uint8)


def read_label_map(path: str | PathLike[str]) -> NDArray[np.int32]:
    """The H×W map of labels at ``path``: the values of a grey 8-bit or 16-bit picture, unscaled.

    Raises:
        DatasetError: as for :func:`read_picture`, or the picture has colours.
    """
    decoded = _read(Path(path), cv2.IMREAD_UNCHANGED)
    if decoded.ndim != 2:
        raise DatasetError(f"{path}: a map of labels has one channel, this picture has {decoded.shape[2]}")
    return decoded.astype(np.int32)


def read_panoptic_map(path: str | PathLike[str]) -> NDArray[np.int32]:
    """The H×W map of segment ids at ``path``, as COCO stores it: red + 256 green + 65536 blue of an RGB picture.

    Raises:
        DatasetError: as for :func:`read_picture`, or the picture is not 8-bit RGB.
    """
    decoded = _read(Path(path), cv2.IMREAD_UNCHANGED)
    if decoded.ndim != 3 or decoded.shape[2] != 3 or decoded.dtype != np.uint8:
        raise DatasetError(f"{path}: a map of segment ids is an RGB picture of 8 bits a channel; this one is not")
    blue, green, red = np.moveaxis(decoded.astype(np.int32), 2, 0)
    ids: NDArray[np.int32] = red + 256 * green + 65536 * blue
    return ids


def _read(path: Path, flags: int) -> NDArray[Any]:
    content = _read_bytes(path)
    # Decoders fill the missing part of a cut-off file with grey and say nothing, so look before decoding.
    reason = why_incomplete(content)
    if reason is not None:
        raise DatasetError(f"{path}: {reason}")
    decoded = _decode(content, flags)
    if decoded is None:
        raise DatasetError(f"{path}: not a picture in a format that can be read, or damaged")
    return decoded


def _read_bytes(path: Path) -> bytes:
    # Through Python rather than cv2.imread, which cannot open every Unicode path and prints what fails.
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DatasetError(f"{path}: no such picture") from None
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from error


def _decode(content: bytes, flags: int) -> NDArray[Any] | None:
    # OpenCV prints what it cannot decode; the caller raises, which says it once and names the file.
    level = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.imdecode(np.frombuffer(content, dtype=np.uint8), flags)
    except cv2.error:
        return None
    finally:
        cv2.utils.logging.setLogLevel(level)


def _as_uint8(image: NDArray[Any], path: str | PathLike[str]) -> NDArray[np.uint8]:
    if image.dtype == np.uint8:
        return image
    if image.dtype == np.uint16:
        return np.round(image * (255 / 65535)).astype(np.uint8)
    raise DatasetError(f"{path}: pixels are {image.dtype}; only 8 and 16 bits a channel are read")
