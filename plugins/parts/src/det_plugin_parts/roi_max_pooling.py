"""ROIPool, each box from the level of the pyramid that suits its size.

Fast R-CNN, section 2.1: https://arxiv.org/abs/1504.08083
"""

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torchvision.ops import roi_pool

from det_plugin_parts.components import ROIPooler
from det_plugin_parts.level_pooling import LevelPooling

__all__ = ["ROIMaxPooler"]


class ROIMaxPooler(ROIPooler):
    """The largest value of the feature map in each of ``output_size``² bins of a box, whose edges are whole cells."""

    def __init__(self, *, output_size: int, levels: LevelPooling) -> None:
        super().__init__()
        self.output_size = output_size
        self.levels = levels

    def forward(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
    ) -> Float[Tensor, "box channel size size"]:
        return self.levels(maps, boxes, image_index, self._pool)

    def laid_out(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {name: x.contiguous() for name, x in features.items()}

    def _pool(self, feature_map: Tensor, rois: Tensor, stride: int) -> Tensor:
        # Half precision would move corners by whole cells, and has no kernel on a CPU.
        dtype = torch.promote_types(feature_map.dtype, torch.float32)
        pooled: Tensor = roi_pool(feature_map.to(dtype), rois.to(dtype), self.output_size, spatial_scale=1 / stride)
        return pooled.to(feature_map.dtype)
