"""Assignment by position and size, without overlaps.

FCOS, sections 3.1 and 3.2, with the centre sampling of its journal version: https://arxiv.org/abs/1904.01355,
https://arxiv.org/abs/2006.09214
"""

from collections.abc import Sequence
from math import inf
from typing import Final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from det_plugin_dense.components import DenseAssigner
from det_plugin_parts import NEGATIVE, POSITIVE, Assignment

__all__ = ["CentreAssigner"]

LARGEST_AREA: Final = 1e8
"""In square pixels; an object that is larger is learned by no position."""

LEAST_SMALLNESS: Final = 1e-5
"""What an area lacks of the largest, at least."""


class CentreAssigner(DenseAssigner):
    """A position inside an object and near its centre learns it, on the level that is responsible for its size.

    The size of an object, seen from a position, is the largest distance to one of its sides. Level by level the
    responsible range reaches from ``smallest`` to ``largest`` times the side of the level's anchors; the first has no
    lower and the last no upper end. Of several objects a position learns the one with the smallest area.
    """

    def __init__(self, *, radius: float, smallest: float, largest: float) -> None:
        self.radius = radius
        self.smallest = smallest
        self.largest = largest

    @torch.no_grad()
    def __call__(self, anchors: Sequence[Float[Tensor, "_ 4"]], gt_boxes: Float[Tensor, "gt 4"]) -> Assignment:
        every = torch.cat(list(anchors))
        if len(gt_boxes) == 0:
            nothing = torch.zeros(len(every), dtype=torch.int64, device=every.device)
            return Assignment(matches=nothing, labels=nothing.to(torch.int8))
        candidates = self._candidates(every, self._ranges(anchors), gt_boxes)
        areas = (gt_boxes[:, 2:] - gt_boxes[:, :2]).prod(dim=1)
        # Detectron2's arithmetic: rounded to float32, areas within about 4 square pixels are equal, and the first wins.
        smallness, matches = (candidates * (LARGEST_AREA - areas.float())[:, None]).max(dim=0)
        labels = torch.where(smallness >= LEAST_SMALLNESS, POSITIVE, NEGATIVE).to(torch.int8)
        return Assignment(matches=matches, labels=labels)

    def _candidates(self, anchors: Tensor, ranges: Tensor, gt_boxes: Tensor) -> Bool[Tensor, "gt anchor"]:
        points, sides = (anchors[:, :2] + anchors[:, 2:]) / 2, anchors[:, 2] - anchors[:, 0]
        centres = (gt_boxes[:, :2] + gt_boxes[:, 2:]) / 2
        is_near = (points[None] - centres[:, None]).abs().amax(dim=2) < self.radius * sides
        distances = torch.cat([points[None] - gt_boxes[:, None, :2], gt_boxes[:, None, 2:] - points[None]], dim=2)
        size = distances.amax(dim=2)
        return is_near & (distances.amin(dim=2) > 0) & (size > ranges[:, 0]) & (size < ranges[:, 1])

    def _ranges(self, anchors: Sequence[Tensor]) -> Float[Tensor, "anchor 2"]:
        """Sizes of objects that each anchor is responsible for."""
        first, last = 0, len(anchors) - 1
        ranges = []
        for level, boxes in enumerate(anchors):
            side = (boxes[:, 2] - boxes[:, 0])[:, None]
            low = torch.zeros_like(side) if level == first else side * self.smallest
            high = torch.full_like(side, inf) if level == last else side * self.largest
            ranges.append(torch.cat([low, high], dim=1))
        return torch.cat(ranges)
