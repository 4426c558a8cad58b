"""ROIAlign, each box from the level of the pyramid that suits its size.

Mask R-CNN, section 3: https://arxiv.org/abs/1703.06870
Differs from the paper: with ``aligned``, boxes are shifted by half a pixel, since a pixel's value is that of its
centre.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torchvision.ops import roi_align

from det_plugin_parts.components import ROIPooler
from det_plugin_parts.gathered_roi_align import can_gather, gathered_roi_align
from det_plugin_parts.level_pooling import LevelPooling

__all__ = ["ROIAlignPooler"]


class ROIAlignPooler(ROIPooler):
    """Averages bilinear samples of the feature map in each of ``output_size``² bins of a box."""

    def __init__(self, *, output_size: int, levels: LevelPooling, sampling_ratio: int, aligned: bool) -> None:
        super().__init__()
        self.output_size = output_size
        self.levels = levels
        self.sampling_ratio = sampling_ratio
        self.aligned = aligned

    def forward(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
    ) -> Float[Tensor, "box channel size size"]:
        return self.levels(maps, boxes, image_index, self._align)

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
        # Half precision would move corners by whole cells.
        dtype = torch.promote_types(feature_map.dtype, torch.float32)
        aligned: Tensor = roi_align(
            feature_map.to(dtype),
            rois.to(dtype),
            output_size=self.output_size,
            spatial_scale=1 / stride,
            sampling_ratio=self.sampling_ratio,
            aligned=self.aligned,
        )
        return aligned.to(feature_map.dtype)
