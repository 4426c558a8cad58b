"""Heads for boxes, masks and keypoints that each pool from the feature pyramid on their own.

Mask R-CNN, section 3: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence

from torch import Tensor

from det_plugin_maskrcnn.box_predictor import BoxPredictions, BoxPredictor
from det_plugin_maskrcnn.components import BoxHead
from det_plugin_maskrcnn.further_heads import FurtherHeads, completed, further_losses
from det_plugin_maskrcnn.proposal_sampling import ProposalSampler
from det_plugin_parts import ROIPooler
from detcore.interfaces import Losses, ROIHeads
from detcore.structures import Detections, Instances, Proposals

__all__ = ["StandardROIHeads"]


class StandardROIHeads(ROIHeads):
    """Proposals to detections, and detections to masks and keypoints where there are heads for them."""

    def __init__(
        self,
        *,
        num_classes: int,
        in_features: Sequence[str],
        sampler: ProposalSampler,
        box_pooler: ROIPooler,
        box_head: BoxHead,
        box_predictor: BoxPredictor,
        further_heads: FurtherHeads,
        masks_of_predicted_boxes: bool,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.in_features = tuple(in_features)
        self.sampler = sampler
        self.box_pooler = box_pooler
        self.box_head = box_head
        self.box_predictor = box_predictor
        self.mask_head = further_heads.mask_head
        self.keypoint_head = further_heads.keypoint_head
        self._further_heads = further_heads
        self.masks_of_predicted_boxes = masks_of_predicted_boxes

    def forward(self, features: dict[str, Tensor], proposals: Proposals, sizes: Tensor) -> Detections:
        features = self._laid_out(features)
        predictions = self._box_predictions(features, proposals.boxes, proposals.image_index)
        return self.predict(features, self.box_predictor.detections(predictions, proposals, sizes))

    def losses(self, features: dict[str, Tensor], proposals: Proposals, targets: Sequence[Instances]) -> Losses:
        features = self._laid_out(features)
        samples = self.sampler(proposals, targets)
        predictions = self._box_predictions(features, samples.boxes, samples.image_index)
        losses = self.box_predictor.losses(predictions, samples)
        if self.masks_of_predicted_boxes:
            samples = self.box_predictor.with_predicted_boxes(predictions, samples)
        foreground = samples.select(samples.classes < self.num_classes)
        return {**losses, **further_losses(self._further_heads, features, foreground, targets)}

    def predict(self, features: dict[str, Tensor], detections: Detections) -> Detections:
        return completed(self._further_heads, self._laid_out(features), detections)

    def _box_predictions(self, features: dict[str, Tensor], boxes: Tensor, image_index: Tensor) -> BoxPredictions:
        pooled = self.box_pooler(list(features.values()), boxes, image_index)
        predictions: BoxPredictions = self.box_predictor(self.box_head(pooled))
        return predictions

    def _laid_out(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """The maps that are pooled from, as ROIs are cut from them fastest."""
        return self.box_pooler.laid_out({name: features[name] for name in self.in_features})
