"""Is one annotation what COCO's format asks for? Each check yields a sentence that says what to do."""

import math
from collections.abc import Iterator

import numpy as np

from det_plugin_coco.annotation_file import AnnotationEntry, ImageEntry, RunLengths
from det_plugin_coco.run_lengths import run_lengths

__all__ = ["box_problems", "is_out_of_sight", "keypoint_problems", "mask_problems"]

CORNERS = "a COCO box is x, y, width, height (not two corners)"


def box_problems(entry: AnnotationEntry) -> Iterator[str]:
    """A side may be 0: such boxes are in published datasets, COCO's own among them."""
    x, y, width, height = entry.bbox
    if x is None or y is None or width is None or height is None:
        yield "the box holds a null or NaN; write four numbers, or remove the annotation"
        return
    if width < 0:
        yield f"box has width {width:g} px; {CORNERS}"
    if height < 0:
        yield f"box has height {height:g} px; {CORNERS}"


def is_out_of_sight(box: tuple[float, float, float, float], image: ImageEntry) -> bool:
    """Whether a box (x, y, width, height) has no area inside its picture, which no model can learn from."""
    x, y, width, height = box
    return min(x + width, image.width) <= max(x, 0) or min(y + height, image.height) <= max(y, 0)


def mask_problems(mask: list[list[float]] | RunLengths, image: ImageEntry) -> Iterator[str]:
    """Polygons of at least three points, or run lengths of a picture of this size."""
    if isinstance(mask, RunLengths):
        yield from _run_length_problems(mask, image)
        return
    for number, polygon in enumerate(mask, start=1):
        if len(polygon) % 2:
            yield f"polygon {number} has {len(polygon)} numbers; it needs an x and a y for every point"
        elif len(polygon) < 6:
            yield f"polygon {number} has {len(polygon) // 2} points; it needs at least 3, or remove it"


def keypoint_problems(entry: AnnotationEntry, names: tuple[str, ...]) -> Iterator[str]:
    """``x y visibility`` for each of ``names``, visibility 0, 1 or 2."""
    values = entry.keypoints or []
    if len(values) != 3 * len(names):
        yield f"has {len(values)} keypoint numbers; {len(names)} keypoints need {3 * len(names)}"
    elif any(value is None or not math.isfinite(value) for value in values):
        yield "a keypoint holds a null or NaN; write 0, 0, 0 for one that is not labelled"
    elif not set(values[2::3]) <= {0, 1, 2}:
        yield "a keypoint's visibility is not 0 (not labelled), 1 (hidden) or 2 (visible)"


def _run_length_problems(mask: RunLengths, image: ImageEntry) -> Iterator[str]:
    height, width = mask.size
    if (height, width) != (image.height, image.width):
        yield (
            f"the mask is for a picture of {width}x{height} px, but the image has {image.width}x{image.height}; "
            "an RLE's size is height, width"
        )
        return
    lengths = run_lengths(mask.counts) if isinstance(mask.counts, str) else np.array(mask.counts, dtype=np.int64)
    if lengths is None:
        yield "the mask's compressed run lengths are cut off or damaged; export the mask again"
    elif lengths.sum() != height * width or lengths.min() < 0:
        yield f"the mask's run lengths cover {lengths.sum()} px, but the picture has {height * width}"
