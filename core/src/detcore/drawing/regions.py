"""Named regions of a map on a picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.drawing.colours import class_colour
from detcore.drawing.labels import draw_labels

__all__ = ["READABLE_SIDE", "Region", "draw_regions"]

READABLE_SIDE = 512
"""Pixels; a smaller picture is magnified by a whole factor until its longer side is at least this."""

_OPACITY = 0.45


@frozen(kw_only=True)
class Region:
    """The pixels of one value."""

    value: int
    """What the map has there."""

    colour_id: int
    """Place among the colours of classes."""

    label: str


def draw_regions(
    image: NDArray[np.uint8],
    values: NDArray[np.int32],
    regions: Sequence[Region],
    *,
    readable_side: int = READABLE_SIDE,
    outlined: bool = False,
) -> NDArray[np.uint8]:
    """A copy of ``image`` (H×W×3, RGB) under the colours of the regions, each named at its innermost pixel.

    ``values`` is H×W. Regions of which it has no pixel are not drawn, and pixels of no region are left as they are.
    ``outlined`` draws the edges, too, which tells neighbours of one colour apart.
    """
    factor = max(-(-readable_side // max(image.shape[:2])), 1)
    canvas = image.repeat(factor, axis=0).repeat(factor, axis=1)
    large = values.repeat(factor, axis=0).repeat(factor, axis=1)
    tags = []
    for region in regions:
        is_there = large == region.value
        if not is_there.any():
            continue
        colour = class_colour(region.colour_id)
        canvas[is_there] = ((1 - _OPACITY) * canvas[is_there] + _OPACITY * np.array(colour)).astype(np.uint8)
        if outlined:
            contours, _ = cv2.findContours(is_there.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(canvas, contours, -1, colour, 1)
        tags.append((region.label, region.colour_id, _innermost(is_there)))
    draw_labels(canvas, tags)
    return canvas


def _innermost(is_there: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """An empty box at the pixel that is farthest from the region's edge."""
    framed = np.pad(is_there.astype(np.uint8), 1)  # the picture's own border is an edge too
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y), int(x), int(y)
