"""Instance and semantic segmentation over one backbone, merged.

Panoptic Feature Pyramid Networks: https://arxiv.org/abs/1901.02446
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor

from det_plugin_maskrcnn import RegionModel
from det_plugin_panoptic.components import PanopticPredictions, SemanticHead
from det_plugin_panoptic.label_targets import label_maps_of
from det_plugin_panoptic.merging import PanopticMerging
from det_plugin_panoptic.semantic_postprocessing import semantic_logits
from det_plugin_parts import PictureBatching, split_by_picture, targets_of
from detcore.interfaces import Backbone, Losses, ProposalGenerator, ROIHeads
from detcore.structures import Instances, ModelInput, ModelOutput, SegmentInfo

__all__ = ["PanopticFPN"]


class PanopticFPN(RegionModel):
    """A generalized R-CNN and a semantic head on one backbone; a rule makes one map of what both say."""

    learns_sem_seg = True

    def __init__(
        self,
        *,
        backbone: Backbone,
        proposal_generator: ProposalGenerator,
        roi_heads: ROIHeads,
        sem_seg_head: SemanticHead,
        merging: PanopticMerging,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.proposal_generator = proposal_generator
        self.roi_heads = roi_heads
        self.sem_seg_head = sem_seg_head
        self.merging = merging

    def infer(self, images: Tensor, sizes: Tensor) -> PanopticPredictions:
        features = self.feature_maps(images)
        proposals, _ = self.proposal_generator(features, sizes)
        detections = self.detections(features, proposals, sizes)
        return PanopticPredictions(self.sem_seg_head(features), *detections)

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        predictions = cast(PanopticPredictions, result)
        outputs = split_by_picture(predictions.detections, inputs)
        for output, logits, each in zip(outputs, predictions.sem_seg_logits, inputs, strict=True):
            output["sem_seg"] = semantic_logits(logits, self.sem_seg_head.stride, each)
            output["panoptic_seg"] = self._merged(output["instances"], output["sem_seg"])
        return outputs

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, sizes = self.preprocess(inputs)
        targets, label_maps = targets_of(inputs, self.batching.device), label_maps_of(inputs)
        features = self.backbone(pixels)
        proposals, proposal_losses = self.proposal_generator(features, sizes, targets)
        return {
            **self.sem_seg_head.losses(features, label_maps),
            **proposal_losses,
            **self.roi_heads.losses(features, proposals, targets),
        }

    def _merged(self, instances: Instances, logits: Tensor) -> tuple[Tensor, list[SegmentInfo]]:
        height, width = logits.shape[-2:]
        masks = instances.pred_masks.to("cpu")
        labels, segments = self.merging(
            scores=instances.scores.tolist(),
            classes=instances.pred_classes.tolist(),
            crop=lambda index: masks.crop(index, height, width),
            semantic=logits.argmax(dim=0).cpu().numpy(),
        )
        return torch.from_numpy(labels).to(logits.device), segments
