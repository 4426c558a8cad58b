"""Rules about rows that lie end to end, each with the index of its picture."""

import torch
from torch import Tensor

__all__ = ["expect_boxes_inside", "expect_order"]

ROUNDING = 1e-3
"""Pixels that a clipped box may still reach out of its picture."""


def expect_boxes_inside(name: str, boxes: Tensor, image_index: Tensor, sizes: Tensor) -> None:
    """Every box is finite, has no negative side and lies in its own picture, whose height and width ``sizes`` holds.

    Raises:
        AssertionError: one does not; ``name`` is whose they are.
    """
    assert boxes.isfinite().all(), f"{name} gives boxes that are not finite: clamp what an exponential is taken of"
    known = bool(((image_index >= 0) & (image_index < len(sizes))).all())
    assert known, f"{name} gives boxes of pictures {sorted(set(image_index.tolist()))}, but there are {len(sizes)}"
    x1, y1, x2, y2 = boxes.unbind(dim=1)
    height, width = sizes[image_index].to(boxes.dtype).unbind(dim=1)
    assert ((x2 >= x1) & (y2 >= y1)).all(), f"{name} gives boxes whose right or bottom edge comes before the other"
    out = torch.stack([-x1, -y1, x2 - width, y2 - height]).amax() if len(boxes) else torch.zeros(())
    assert out <= ROUNDING, (
        f"{name} gives boxes that reach {float(out):.3g} px out of their picture: clip each to its picture's size"
        " before padding"
    )


def expect_order(name: str, scores: Tensor, image_index: Tensor) -> None:
    """Rows are ordered by picture, then by falling score.

    Raises:
        AssertionError: they are not; ``name`` is whose they are.
    """
    assert scores.isfinite().all(), f"{name} gives scores that are not finite"
    steps, falls = image_index.diff(), scores.diff()
    assert (steps >= 0).all(), f"{name} gives rows of pictures in turns: put all of one picture together, in order"
    is_same = steps == 0
    assert (falls[is_same] <= 0).all(), f"{name} gives rows whose scores rise within a picture: put the best first"
