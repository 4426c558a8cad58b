"""Features at the points of a regular grid over each box.

PointRend, appendix A: https://arxiv.org/abs/1912.08193
"""

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_parts.components import ROIPooler
from det_plugin_parts.point_sampling import points_in_picture, points_of_grid, sample_pictures

__all__ = ["PointGridPooler"]


class PointGridPooler(ROIPooler):
    """One bilinear sample of each chosen level in the middle of each of ``output_size``² bins of a box."""

    def __init__(self, *, output_size: int, strides: Sequence[int], levels: Sequence[int]) -> None:
        super().__init__()
        self.output_size = output_size
        self.strides = tuple(strides)
        self.levels = tuple(levels)

    def laid_out(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return dict(features)

    def forward(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
    ) -> Float[Tensor, "box channels size size"]:
        points = points_in_picture(points_of_grid(self.output_size, like=boxes), boxes)
        chosen, strides = [maps[level] for level in self.levels], [self.strides[level] for level in self.levels]
        sampled = sample_pictures(chosen, strides, points, image_index)
        return torch.unflatten(sampled, 2, (self.output_size, self.output_size))
