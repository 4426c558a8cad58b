"""Semantic segmentation over a backbone.

Panoptic Feature Pyramid Networks, section 3.2: https://arxiv.org/abs/1901.02446
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from torch import Tensor

from det_plugin_panoptic.components import SemanticHead, SemanticPredictions
from det_plugin_panoptic.label_targets import label_maps_of
from det_plugin_panoptic.semantic_postprocessing import semantic_logits
from det_plugin_parts import PictureBatching, PictureModel
from detcore.interfaces import Backbone, Losses
from detcore.structures import ModelInput, ModelOutput

__all__ = ["SemanticFPN"]


class SemanticFPN(PictureModel):
    """A backbone, and a head that says of every pixel what it belongs to."""

    learns_sem_seg = True

    def __init__(
        self,
        *,
        backbone: Backbone,
        sem_seg_head: SemanticHead,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.sem_seg_head = sem_seg_head

    def infer(self, images: Tensor, sizes: Tensor) -> SemanticPredictions:
        features = self.feature_maps(images)
        return SemanticPredictions(self.sem_seg_head(features))

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        (batch,) = cast(SemanticPredictions, result)
        stride = self.sem_seg_head.stride
        return [{"sem_seg": semantic_logits(x, stride, each)} for x, each in zip(batch, inputs, strict=True)]

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        label_maps = label_maps_of(inputs)
        return self.sem_seg_head.losses(self.backbone(self.preprocess(inputs).pixels), label_maps)
