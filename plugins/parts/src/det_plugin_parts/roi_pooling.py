"""ROIAlign, each box from the level of the pyramid that suits its size.

Mask R-CNN, section 3: https://arxiv.org/abs/1703.06870
Differs from the paper: with ``aligned``, boxes are shifted by half a pixel, since a pixel's value is that of its
centre.
"""

from collections.abc import Mapping, Sequence

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

    def laid_out(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {name: x if self._gathers(x) else x.contiguous() for name, x in features.items()}

    def _align(self, feature_map: Tensor, rois: Tensor, stride: int) -> Tensor:
        # Half precision would move corners by whole cells.
        exact = _exact(feature_map.dtype)
        return self._align_exactly(feature_map.to(exact), rois.to(exact), stride).to(feature_map.dtype)

    def _gathers(self, feature_map: Tensor) -> bool:
        return can_gather(feature_map.device, _exact(feature_map.dtype), self.sampling_ratio)

    def _align_exactly(self, feature_map: Tensor, rois: Tensor, stride: int) -> Tensor:
        if self._gathers(feature_map):
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
            rois,
            output_size=self.output_size,
            spatial_scale=1 / stride,
            sampling_ratio=self.sampling_ratio,
            aligned=self.aligned,
        )
        return aligned


def _exact(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)
