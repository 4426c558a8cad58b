"""Semantic maps on a picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.drawing.colours import class_colour
from detcore.drawing.labels import draw_labels

__all__ = ["draw_semantic_map"]

_READABLE_SIDE = 512
"""Pixels; a smaller picture is magnified by a whole factor until its longer side is at least this."""

_OPACITY = 0.45


def draw_semantic_map(
    image: NDArray[np.uint8],
    labels: NDArray[np.int32],
    class_names: Sequence[str],
    *,
    readable_side: int = _READABLE_SIDE,
) -> NDArray[np.uint8]:
    """A copy of ``image`` (H×W×3, RGB) under the colours of its labels, each named where it covers most.

    Labels without a name, such as that of unlabelled pixels, are left as they are. Small pictures come back magnified,
    as :func:`~detcore.drawing.draw_instances` returns them.
    """
    factor = max(-(-readable_side // max(image.shape[:2])), 1)
    canvas = image.repeat(factor, axis=0).repeat(factor, axis=1)
    large = labels.repeat(factor, axis=0).repeat(factor, axis=1)
    tags = []
    for label in np.unique(labels).tolist():
        if 0 <= label < len(class_names):
            region = large == label
            colour = np.array(class_colour(label))
            canvas[region] = ((1 - _OPACITY) * canvas[region] + _OPACITY * colour).astype(np.uint8)
            tags.append((class_names[label], label, _innermost(region)))
    draw_labels(canvas, tags)
    return canvas


def _innermost(region: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """An empty box at the pixel that is farthest from the region's edge."""
    framed = np.pad(region.astype(np.uint8), 1)  # the picture's own border is an edge too
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y), int(x), int(y)
