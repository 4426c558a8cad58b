"""Outlines of the shapes, placed, turned and scaled; and the points on them that have names."""

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.data.shapes.vocabulary import CLASSES

__all__ = ["Shape", "draw", "turned_outline"]

Points = NDArray[np.float64]
"""k×2, ``x y``."""

_SUBPIXEL_BITS = 4
"""cv2 takes coordinates in sixteenths of a pixel."""

_STAR_WAIST = 0.45
"""Distance of a star's inner corners from its middle, as a share of that of its tips."""

_CROSS_ARM = 0.36
"""Half the width of a cross's arm, as a share of the arm's length."""


@frozen(kw_only=True, eq=False)
class Shape:
    """One object as it would look if nothing covered it, in pixels of the picture."""

    class_id: int
    left: int
    """Column of the bitmap's first pixel."""

    top: int
    """Row of the bitmap's first pixel."""

    bitmap: NDArray[np.bool_]
    """The pixels it would paint, rows×columns."""

    keypoints: Points
    """``x y`` of every name in ``KEYPOINTS``."""

    @property
    def window(self) -> tuple[slice, slice]:
        """Where the bitmap lies in the picture."""
        rows, columns = self.bitmap.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)

    def moved(self, left: int, top: int) -> "Shape":
        """The same shape, drawn farther right and farther down by whole pixels."""
        return Shape(
            class_id=self.class_id,
            left=self.left + left,
            top=self.top + top,
            bitmap=self.bitmap,
            keypoints=self.keypoints + np.array([left, top]),
        )


def _spokes(radii: list[float]) -> Points:
    """Points around the middle at equal angles, the first one above it."""
    angles = np.arange(len(radii)) * (2 * np.pi / len(radii))
    points: Points = np.array(radii)[:, None] * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    return points


def _cross() -> Points:
    arm = np.array([[-_CROSS_ARM, -_CROSS_ARM], [-_CROSS_ARM, -1], [_CROSS_ARM, -1]])
    quarter = np.array([[0, 1], [-1, 0]])
    return np.concatenate([arm @ np.linalg.matrix_power(quarter, turn) for turn in range(4)])


_OUTLINES = {
    "circle": _spokes([1.0] * 48),
    "square": _spokes([1.0] * 4),
    "triangle": _spokes([1.0] * 3),
    "star": _spokes([1.0, _STAR_WAIST] * 5),
    "cross": _cross(),
}


def turned_outline(class_id: int, angle: float) -> Points:
    """The outline around the origin, turned by ``angle`` in radians; its tips are at distance 1."""
    sine, cosine = np.sin(angle), np.cos(angle)
    turned: Points = _OUTLINES[CLASSES[class_id]] @ np.array([[cosine, sine], [-sine, cosine]])
    return turned


def draw(class_id: int, outline: Points, scale: float) -> Shape:
    """The shape of this outline, scaled, in the top left corner of the picture."""
    lowest = outline.min(axis=0)
    points = (outline - lowest) * scale
    columns, rows = np.ceil(points.max(axis=0)).astype(int).tolist()
    keypoints = _named_points(points, -lowest * scale)
    return Shape(class_id=class_id, left=0, top=0, bitmap=_filled(points, rows, columns), keypoints=keypoints)


def _filled(points: Points, rows: int, columns: int) -> NDArray[np.bool_]:
    # In cv2 a pixel's middle has whole coordinates, here its corners do.
    corners = np.rint((points - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    canvas = np.zeros((rows, columns), dtype=np.uint8)
    cv2.fillPoly(canvas, [corners], color=[1], shift=_SUBPIXEL_BITS)
    return canvas.astype(np.bool_)


def _named_points(points: Points, middle: Points) -> Points:
    x, y = points.T
    outermost = points[[y.argmin(), x.argmax(), y.argmax(), x.argmin()]]
    return np.concatenate([middle[None], outermost])
