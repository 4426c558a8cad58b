"""Heads whose features are the last stage of a residual network, run on each box alone.

Deep Residual Learning for Image Recognition, appendix A: https://arxiv.org/abs/1512.03385
Mask R-CNN, figure 4 left: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence

from torch import Tensor, nn

from det_plugin_maskrcnn.box_predictor import BoxPredictions, BoxPredictor
from det_plugin_maskrcnn.components import MaskHead, Regions
from det_plugin_maskrcnn.proposal_sampling import ProposalSampler
from det_plugin_parts import ROIPooler
from detcore.interfaces import Losses, ROIHeads
from detcore.structures import Detections, Instances, Proposals

__all__ = ["Res5ROIHeads"]


class Res5ROIHeads(ROIHeads):
    """Proposals to detections, and to masks from the same features where there is a mask head."""

    def __init__(
        self,
        *,
        num_classes: int,
        in_features: Sequence[str],
        sampler: ProposalSampler,
        pooler: ROIPooler,
        res5: nn.Module,
        box_predictor: BoxPredictor,
        mask_head: MaskHead | None,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.in_features = tuple(in_features)
        self.sampler = sampler
        self.pooler = pooler
        self.res5 = res5
        self.box_predictor = box_predictor
        self.mask_head = mask_head

    def forward(self, features: dict[str, Tensor], proposals: Proposals, sizes: Tensor) -> Detections:
        pooled = self._pooled(features, proposals.boxes, proposals.image_index)
        detections = self.box_predictor.detections(self._box_predictions(pooled), proposals, sizes)
        return self.predict(features, detections)

    def losses(self, features: dict[str, Tensor], proposals: Proposals, targets: Sequence[Instances]) -> Losses:
        samples = self.sampler(proposals, targets)
        pooled = self._pooled(features, samples.boxes, samples.image_index)
        losses = self.box_predictor.losses(self._box_predictions(pooled), samples)
        if self.mask_head is None:
            return losses
        is_object = samples.classes < self.num_classes
        foreground = samples.select(is_object)
        return losses | self.mask_head.losses(pooled[is_object], foreground, targets, self._laid_out(features))

    def predict(self, features: dict[str, Tensor], detections: Detections) -> Detections:
        if self.mask_head is None:
            return detections
        regions = Regions(detections.boxes, detections.image_index, detections.classes)
        pooled = self._pooled(features, regions.boxes, regions.image_index)
        return detections._replace(mask_probs=self.mask_head(pooled, regions, self._laid_out(features)))

    def _pooled(self, features: dict[str, Tensor], boxes: Tensor, image_index: Tensor) -> Tensor:
        maps = list(self._laid_out(features).values())
        pooled: Tensor = self.res5(self.pooler(maps, boxes, image_index))
        return pooled

    def _laid_out(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """The maps that are pooled from, as ROIs are cut from them fastest."""
        return self.pooler.laid_out({name: features[name] for name in self.in_features})

    def _box_predictions(self, pooled: Tensor) -> BoxPredictions:
        predictions: BoxPredictions = self.box_predictor(pooled.mean(dim=(2, 3)))
        return predictions
