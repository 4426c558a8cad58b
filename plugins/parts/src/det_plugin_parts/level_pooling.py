"""Which level of a pyramid each box is pooled from.

Feature Pyramid Networks, equation 1: https://arxiv.org/abs/1612.03144
"""

from collections.abc import Callable, Sequence
from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["LevelPooling", "level_of_boxes"]

ROUNDING_MARGIN: Final = 1e-8
"""Keeps the logarithm of an empty box's size finite, and a box of exactly a power of two on its upper level."""

Cut = Callable[[Tensor, Tensor, int], Tensor]
"""One feature map, rows of image index and box in input pixels, the map's stride: to pooled rows."""


class LevelPooling:
    """Pools every box from the level that suits its size, whatever pools it there."""

    def __init__(self, *, strides: Sequence[int], canonical_box_size: float, canonical_level: int) -> None:
        self.strides = tuple(strides)
        self.canonical_box_size = canonical_box_size
        self.canonical_level = canonical_level

    def __call__(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
        cut: Cut,
    ) -> Float[Tensor, "box channel size size"]:
        """Pooled features, in the order of the boxes."""
        rois = torch.cat([image_index[:, None].to(boxes.dtype), boxes], dim=1)
        if len(maps) == 1:
            return cut(maps[0], rois, self.strides[0])
        levels = self._levels(boxes)
        rows = [(levels == level).nonzero().squeeze(1) for level in range(len(maps))]
        pooled = [cut(m, rois[r], s) for m, r, s in zip(maps, rows, self.strides, strict=True)]
        # Back into the order of the boxes; made with their count, so that an exported graph knows the number of rows.
        # A box whose size is no number has no level: it takes the first row, of zeros.
        nothing = pooled[0].new_zeros((1, *pooled[0].shape[1:]))
        order = torch.cat(rows)
        places = torch.arange(1, order.shape[0] + 1, device=order.device)
        places = order.new_zeros(boxes.shape[0]).index_copy(0, order, places)
        return torch.cat([nothing, *pooled]).index_select(0, places)

    def _levels(self, boxes: Tensor) -> Tensor:
        finest, coarsest = (stride.bit_length() - 1 for stride in (self.strides[0], self.strides[-1]))
        return level_of_boxes(
            boxes,
            finest=finest,
            coarsest=coarsest,
            canonical_box_size=self.canonical_box_size,
            canonical_level=self.canonical_level,
        )


def level_of_boxes(
    boxes: Float[Tensor, "box 4"], *, finest: int, coarsest: int, canonical_box_size: float, canonical_level: int
) -> Int[Tensor, " box"]:
    """Which level each box is pooled from, counted from the finest; levels are base-2 logarithms of strides."""
    sides = boxes[:, 2:] - boxes[:, :2]
    size = sides.prod(dim=1).sqrt()
    level = torch.floor(canonical_level + torch.log2(size / canonical_box_size + ROUNDING_MARGIN))
    return (level.clamp(min=finest, max=coarsest) - finest).long()
