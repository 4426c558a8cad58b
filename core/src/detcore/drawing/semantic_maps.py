"""Semantic maps on a picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detcore.drawing.regions import READABLE_SIDE, Region, draw_regions

__all__ = ["draw_semantic_map"]


def draw_semantic_map(
    image: NDArray[np.uint8],
    labels: NDArray[np.int32],
    class_names: Sequence[str],
    *,
    readable_side: int = READABLE_SIDE,
) -> NDArray[np.uint8]:
    """A copy of ``image`` (H×W×3, RGB) under the colours of its labels, each named where it covers most.

    Labels without a name, such as that of unlabelled pixels, are left as they are. Small pictures come back magnified,
    as :func:`~detcore.drawing.draw_instances` returns them.
    """
    regions = [Region(value=label, colour_id=label, label=name) for label, name in enumerate(class_names)]
    return draw_regions(image, labels, regions, readable_side=readable_side)
