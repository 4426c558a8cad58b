"""Box heads in a row, each of which starts from the boxes of the one before and is taught to be stricter.

Cascade R-CNN: https://arxiv.org/abs/1712.00726
Differs from the paper: nothing is sampled anew between stages, and gradients of pooled features are divided by the
number of stages.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from det_plugin_maskrcnn.box_predictor import BoxPredictions, BoxPredictor
from det_plugin_maskrcnn.components import BoxHead, SampledProposals
from det_plugin_maskrcnn.further_heads import FurtherHeads, completed, further_losses
from det_plugin_maskrcnn.gradient_scaling import scale_gradient
from det_plugin_maskrcnn.proposal_sampling import ProposalSampler, labelled
from det_plugin_parts import Assigner, ROIPooler, clip_boxes
from detcore.interfaces import Losses, ROIHeads
from detcore.structures import Detections, Instances, Proposals

__all__ = ["CascadeROIHeads"]


class CascadeROIHeads(ROIHeads):
    """Proposals to better and better boxes; the mean of all stages' probabilities decides what becomes a detection."""

    def __init__(
        self,
        *,
        num_classes: int,
        in_features: Sequence[str],
        sampler: ProposalSampler,
        box_pooler: ROIPooler,
        box_heads: Sequence[BoxHead],
        box_predictors: Sequence[BoxPredictor],
        later_assigners: Sequence[Assigner],
        further_heads: FurtherHeads,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.in_features = tuple(in_features)
        self.sampler = sampler
        self.box_pooler = box_pooler
        self.box_head = nn.ModuleList(box_heads)
        self.box_predictor = nn.ModuleList(box_predictors)
        self.later_assigners = list(later_assigners)
        self.mask_head = further_heads.mask_head
        self.keypoint_head = further_heads.keypoint_head
        self._further_heads = further_heads

    def forward(self, features: dict[str, Tensor], proposals: Proposals, sizes: Tensor) -> Detections:
        features = self._laid_out(features)
        probabilities: list[Tensor] = []
        for stage, predictor in enumerate(self._predictors()):
            predictions = self._predictions(stage, features, proposals.boxes, proposals.image_index)
            probabilities.append(predictor.probabilities(predictions))
            if stage < len(self.box_predictor) - 1:
                proposals = proposals._replace(boxes=self._refined(predictor, predictions, proposals, sizes))
        mean = torch.stack(probabilities).mean(dim=0)
        detections = predictor.detections(predictions, proposals, sizes, probabilities=mean)
        return completed(self._further_heads, features, detections)

    def losses(self, features: dict[str, Tensor], proposals: Proposals, targets: Sequence[Instances]) -> Losses:
        features = self._laid_out(features)
        sizes = torch.tensor([target.image_size for target in targets], device=proposals.boxes.device)
        first = samples = self.sampler(proposals, targets)
        losses: Losses = {}
        for stage, predictor in enumerate(self._predictors()):
            predictions = self._predictions(stage, features, samples.boxes, samples.image_index)
            losses |= {f"{name}_stage{stage}": loss for name, loss in predictor.losses(predictions, samples).items()}
            if stage < len(self.box_predictor) - 1:
                boxes = self._refined(predictor, predictions, samples, sizes)
                samples = self._relabelled(stage, boxes, samples.image_index, targets)
        foreground = first.select(first.classes < self.num_classes)
        return losses | further_losses(self._further_heads, features, foreground, targets)

    def predict(self, features: dict[str, Tensor], detections: Detections) -> Detections:
        return completed(self._further_heads, self._laid_out(features), detections)

    def _predictors(self) -> list[BoxPredictor]:
        return [self.box_predictor.get_submodule(str(stage)) for stage in range(len(self.box_predictor))]  # type: ignore[misc]  # that is what was put in

    def _predictions(
        self, stage: int, features: dict[str, Tensor], boxes: Tensor, image_index: Tensor
    ) -> BoxPredictions:
        pooled = self.box_pooler(list(features.values()), boxes, image_index)
        pooled = scale_gradient(pooled, 1 / len(self.box_head))
        predictions: BoxPredictions = self.box_predictor[stage](self.box_head[stage](pooled))
        return predictions

    @torch.no_grad()
    def _refined(
        self, predictor: BoxPredictor, predictions: BoxPredictions, rows: Proposals | SampledProposals, sizes: Tensor
    ) -> Float[Tensor, "box 4"]:
        """The boxes that the stage makes of those it was given, clipped to their pictures."""
        return clip_boxes(predictor.box_coder.decode(predictions.deltas, rows.boxes), sizes[rows.image_index])

    @torch.no_grad()
    def _relabelled(
        self, stage: int, boxes: Tensor, image_index: Int[Tensor, " box"], targets: Sequence[Instances]
    ) -> SampledProposals:
        """What the next stage learns from: all boxes that are not empty, matched anew."""
        kept = (boxes[:, 2:] > boxes[:, :2]).all(dim=1)
        samples = [
            labelled(boxes[kept & (image_index == image)], image, target, self.later_assigners[stage], self.num_classes)
            for image, target in enumerate(targets)
        ]
        return SampledProposals(*(torch.cat(columns) for columns in zip(*samples, strict=True)))

    def _laid_out(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """The maps that are pooled from, as ROIs are cut from them fastest."""
        return self.box_pooler.laid_out({name: features[name] for name in self.in_features})
