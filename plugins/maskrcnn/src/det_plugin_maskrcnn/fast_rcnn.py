"""Fast R-CNN: somebody else says where objects may be.

Fast R-CNN: https://arxiv.org/abs/1504.08083
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from det_plugin_maskrcnn.given_proposals import PicturesWithProposals, with_proposals
from det_plugin_maskrcnn.region_model import RegionModel
from det_plugin_parts import PictureBatching, targets_of
from detcore.interfaces import Backbone, Losses, ROIHeads
from detcore.structures import Detections, ModelInput, Proposals

__all__ = ["FastRCNN"]


class FastRCNN(RegionModel):
    """A backbone, and heads that look at each of the proposals that come with a picture."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        roi_heads: ROIHeads,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.roi_heads = roi_heads

    def preprocess(self, inputs: Sequence[ModelInput]) -> PicturesWithProposals:  # type: ignore[override]  # more columns
        """The batch, with the proposals of each picture.

        Raises:
            DatasetError: an input has no proposals.
        """
        return with_proposals(self.batching(inputs), inputs)

    def infer(  # type: ignore[override]  # takes every column that preprocess returns
        self, images: Tensor, sizes: Tensor, boxes: Tensor, image_index: Tensor
    ) -> Detections:
        features = self.feature_maps(images)
        return self.detections(features, _proposals(boxes, image_index), sizes)

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, _, boxes, image_index = self.preprocess(inputs)
        targets = targets_of(inputs, self.batching.device)
        return self.roi_heads.losses(self.backbone(pixels), _proposals(boxes, image_index), targets)


def _proposals(boxes: Tensor, image_index: Tensor) -> Proposals:
    """Proposals that are all equally likely: heads look at every one of them."""
    return Proposals(boxes, torch.zeros_like(boxes[:, 0]), image_index)
