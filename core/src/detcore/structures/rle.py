"""COCO's run-length encoding of bitmaps, through pycocotools.

Runs go down the columns, left to right, and begin with background. Everything here speaks of whole pictures.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pycocotools import mask as coco

from detcore.structures.borders import RLEDict

__all__ = [
    "area",
    "changes_of",
    "decode",
    "decode_crop",
    "encode",
    "encode_changes",
    "encode_crop",
    "from_polygons",
    "from_runs",
    "from_segmentation",
]

_SHORTEST_POLYGON = 6
"""Coordinates of a triangle; fewer enclose nothing, and pycocotools would take four for a box."""


def encode(bitmap: NDArray[Any]) -> RLEDict:
    """The compressed encoding of an H×W bitmap; everything but 0 is foreground."""
    return cast("RLEDict", coco.encode(np.asfortranarray(bitmap != 0, dtype=np.uint8)))  # type: ignore[no-untyped-call]


def encode_crop(columns: NDArray[np.bool_], left: int, top: int, height: int, width: int) -> RLEDict:
    """The compressed encoding of a picture that is background but for a bitmap at ``left``, ``top``.

    The bitmap comes transposed, columns×rows, as the runs go. They are written from where each column changes, so the
    picture's own size costs nothing.
    """
    return encode_changes(changes_of(columns), columns.shape[1], left, top, height, width)


def changes_of(columns: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where foreground begins and ends in a bitmap of columns×rows, as :func:`encode_changes` takes it."""
    across, down = columns.shape
    # Columns end to end, a background pixel after each and one before the first: every run begins and ends in here.
    line = np.zeros(1 + across * (down + 1), dtype=np.bool_)
    line[1:].reshape(across, down + 1)[:, :down] = columns
    return np.flatnonzero(line[1:] != line[:-1])


def encode_changes(changes: NDArray[np.int64], down: int, left: int, top: int, height: int, width: int) -> RLEDict:
    """The compressed encoding of a picture that is background but for a window of ``down`` rows at ``left``, ``top``.

    ``changes`` are the places in the window where foreground begins and ends, in turn and in order, each as
    ``column * (down + 1) + row``: what reaches the window's lower edge ends at row ``down``.
    """
    column, row = np.divmod(changes, down + 1)
    places = _without_joints((left + column) * height + top + row)
    runs = np.diff(np.concatenate([[0], places, [height * width]]))
    return from_runs(runs if runs[-1] else runs[:-1], height, width)


def decode(rle: RLEDict) -> NDArray[np.bool_]:
    """The H×W bitmap of a compressed or plain encoding."""
    bitmap: NDArray[np.uint8] = coco.decode(_compressed(rle))  # type: ignore[no-untyped-call]
    return bitmap.astype(np.bool_)


def decode_crop(rle: RLEDict) -> tuple[int, int, NDArray[np.bool_]]:
    """Column and row where the smallest window around the foreground begins, and its bitmap from there on."""
    compressed = _compressed(rle)
    left, top, across, down = coco.toBbox(compressed).astype(int)  # type: ignore[no-untyped-call]
    bitmap: NDArray[np.uint8] = coco.decode(compressed)  # type: ignore[no-untyped-call]
    return int(left), int(top), bitmap[top : top + down, left : left + across].astype(np.bool_)


def area(rle: RLEDict) -> int:
    """Number of foreground pixels."""
    return int(coco.area(_compressed(rle)))  # type: ignore[no-untyped-call]


def from_polygons(polygons: Sequence[ArrayLike], height: int, width: int) -> RLEDict:
    """The pixels that the polygons of one object cover together, rasterised as COCO does.

    A polygon is ``x0 y0 x1 y1 …`` or k×2; one of fewer than three points covers nothing.
    """
    flat = [np.asarray(polygon, dtype=np.float64).reshape(-1) for polygon in polygons]
    parts = [polygon for polygon in flat if len(polygon) >= _SHORTEST_POLYGON]
    if not parts:
        return from_runs(np.array([height * width]), height, width)
    return cast("RLEDict", coco.merge(coco.frPyObjects(parts, height, width)))


def from_runs(runs: NDArray[np.integer[Any]], height: int, width: int) -> RLEDict:
    """The compressed encoding of plain run lengths that together cover the picture."""
    return cast("RLEDict", coco.frPyObjects({"size": [height, width], "counts": runs}, height, width))


def from_segmentation(segmentation: Sequence[ArrayLike] | RLEDict, height: int, width: int) -> RLEDict:
    """The compressed encoding of an annotation's mask, whichever form it has.

    Raises:
        ValueError: an encoding was made for a picture of another size.
    """
    if not isinstance(segmentation, dict):
        return from_polygons(segmentation, height, width)
    if list(segmentation["size"]) != [height, width]:
        raise ValueError(
            f"the run-length encoding is for a picture of {segmentation['size']}, not of {[height, width]}"
        )
    return _compressed(segmentation)


def _compressed(rle: RLEDict) -> RLEDict:
    counts = rle["counts"]
    if isinstance(counts, bytes):
        return rle
    height, width = rle["size"]
    if isinstance(counts, str):
        return {"size": [height, width], "counts": counts.encode("ascii")}
    return _checked_runs(counts, height, width)


def _checked_runs(counts: list[int], height: int, width: int) -> RLEDict:
    # pycocotools writes past the picture's end when runs are too long.
    if sum(counts) != height * width or min(counts, default=0) < 0:
        raise ValueError(f"run lengths cover {sum(counts)} pixels, but the picture has {height}×{width}")
    return from_runs(np.asarray(counts, dtype=np.uint32), height, width)


def _without_joints(changes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out where one run ends and the next begins at once: at the picture's lower edge, going on at its upper."""
    joint = changes[1:-1:2] == changes[2::2]
    if not joint.any():
        return changes
    kept = np.ones(len(changes), dtype=np.bool_)
    kept[1:-1:2] = kept[2::2] = ~joint
    return changes[kept]
