"""The family of Faster R-CNN and Mask R-CNN.

Faster R-CNN: https://arxiv.org/abs/1506.01497
Mask R-CNN: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor

from det_plugin_maskrcnn.region_model import RegionModel
from det_plugin_parts import PictureBatching, targets_of
from detcore.interfaces import Backbone, Losses, ProposalGenerator, ROIHeads
from detcore.structures import Detections, ModelInput

__all__ = ["GeneralizedRCNN"]


class GeneralizedRCNN(RegionModel):
    """A backbone, a generator of proposals, and heads that look at each proposal."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        proposal_generator: ProposalGenerator,
        roi_heads: ROIHeads,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.proposal_generator = proposal_generator
        self.roi_heads = roi_heads

    def infer(self, images: Tensor, sizes: Tensor) -> Detections:
        features = self.feature_maps(images)
        proposals, _ = self.proposal_generator(features, sizes)
        return self.detections(features, proposals, sizes)

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, sizes = self.preprocess(inputs)
        targets = targets_of(inputs, self.batching.device)
        features = self.backbone(pixels)
        proposals, proposal_losses = self.proposal_generator(features, sizes, targets)
        return {**proposal_losses, **self.roi_heads.losses(features, proposals, targets)}
