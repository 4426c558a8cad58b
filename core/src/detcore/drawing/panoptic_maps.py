"""Panoptic maps on a picture: every thing for itself, and stuff."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detcore.drawing.regions import READABLE_SIDE, Region, draw_regions
from detcore.structures import SegmentInfo

__all__ = ["draw_panoptic_map"]


def draw_panoptic_map(
    image: NDArray[np.uint8],
    segment_ids: NDArray[np.int32],
    segments: Sequence[SegmentInfo],
    *,
    thing_names: Sequence[str],
    stuff_names: Sequence[str],
    score_threshold: float = 0.0,
    readable_side: int = READABLE_SIDE,
) -> NDArray[np.uint8]:
    """A copy of ``image`` (H×W×3, RGB) under its segments, outlined and named; predicted things with their scores.

    Colours of stuff follow those of things. Pixels of no segment are left as they are, and so are things that score
    below ``score_threshold``. Small pictures come back magnified, as from :func:`~detcore.drawing.draw_instances`.
    """
    regions = [
        Region(
            value=segment["id"],
            colour_id=segment["category_id"] + (0 if segment["isthing"] else len(thing_names)),
            label=_label(segment, thing_names if segment["isthing"] else stuff_names),
        )
        for segment in segments
        if segment.get("score", 1.0) >= score_threshold
    ]
    return draw_regions(image, segment_ids, regions, readable_side=readable_side, outlined=True)


def _label(segment: SegmentInfo, names: Sequence[str]) -> str:
    category = segment["category_id"]
    name = names[category] if category < len(names) else f"class {category}"
    crowd = " (crowd)" if segment.get("iscrowd") else ""
    return f"{name} {100 * segment['score']:.0f}%" if "score" in segment else name + crowd
