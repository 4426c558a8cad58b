"""ROIAlign, each box from the level of the pyramid that suits its size.

Mask R-CNN, section 3: https://arxiv.org/abs/1703.06870
Feature Pyramid Networks, equation 1 (which level): https://arxiv.org/abs/1612.03144
Differs from the papers: with ``aligned``, boxes are shifted by half a pixel, since a pixel's value is that of its
centre.
"""

from collections.abc import Sequence
from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torchvision.ops import roi_align

from det_plugin_parts.components import ROIPooler
from det_plugin_parts.gathered_roi_align import can_gather, gathered_roi_align

__all__ = ["ROIAlignPooler", "level_of_boxes"]

ROUNDING_MARGIN: Final = 1e-8
"""Keeps the logarithm of an empty box's size finite, and a box of exactly a power of two on its upper level."""


class ROIAlignPooler(ROIPooler):
    """Averages bilinear samples of the feature map in each of ``output_size``² bins of a box."""

    def __init__(
        self,
        *,
        output_size: int,
        strides: Sequence[int],
        sampling_ratio: int,
        aligned: bool,
        canonical_box_size: float,
        canonical_level: int,
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.strides = tuple(strides)
        self.sampling_ratio = sampling_ratio
        self.aligned = aligned
        self.canonical_box_size = canonical_box_size
        self.canonical_level = canonical_level

    def forward(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
    ) -> Float[Tensor, "box channel size size"]:
        rois = torch.cat([image_index[:, None].to(boxes.dtype), boxes], dim=1)
        if len(maps) == 1:
            return self._align(maps[0], rois, self.strides[0])
        levels = self._levels(boxes)
        rows = [(levels == level).nonzero().squeeze(1) for level in range(len(maps))]
        pooled = [self._align(m, rois[r], s) for m, r, s in zip(maps, rows, self.strides, strict=True)]
        # Back into the order of the boxes; made with their count, so that an exported graph knows the number of rows.
        together = torch.cat(pooled)
        result = together.new_zeros((boxes.shape[0], *together.shape[1:]))
        return result.index_copy(0, torch.cat(rows), together)

    def _levels(self, boxes: Tensor) -> Tensor:
        finest, coarsest = (stride.bit_length() - 1 for stride in (self.strides[0], self.strides[-1]))
        return level_of_boxes(
            boxes,
            finest=finest,
            coarsest=coarsest,
            canonical_box_size=self.canonical_box_size,
            canonical_level=self.canonical_level,
        )

    def _align(self, feature_map: Tensor, rois: Tensor, stride: int) -> Tensor:
        if can_gather(feature_map, self.sampling_ratio):
            return gathered_roi_align(
                feature_map,
                rois[:, 1:] / stride,
                rois[:, 0].long(),
                output_size=self.output_size,
                sampling_ratio=self.sampling_ratio,
                aligned=self.aligned,
            )
        aligned: Tensor = roi_align(
            feature_map,
            rois.to(feature_map.dtype),
            output_size=self.output_size,
            spatial_scale=1 / stride,
            sampling_ratio=self.sampling_ratio,
            aligned=self.aligned,
        )
        return aligned


def level_of_boxes(
    boxes: Float[Tensor, "box 4"], *, finest: int, coarsest: int, canonical_box_size: float, canonical_level: int
) -> Int[Tensor, " box"]:
    """Which level each box is pooled from, counted from the finest; levels are base-2 logarithms of strides."""
    sides = boxes[:, 2:] - boxes[:, :2]
    size = sides.prod(dim=1).sqrt()
    level = torch.floor(canonical_level + torch.log2(size / canonical_box_size + ROUNDING_MARGIN))
    return (level.clamp(min=finest, max=coarsest) - finest).long()
