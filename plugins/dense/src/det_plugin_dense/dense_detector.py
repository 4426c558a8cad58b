"""Detectors of one stage: every position of every level says what is there.

RetinaNet: https://arxiv.org/abs/1708.02002
FCOS: https://arxiv.org/abs/1904.01355
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor

from det_plugin_dense.candidate_selection import CandidateSelector
from det_plugin_dense.components import DenseAssigner, DenseMaps, DensePredictions
from det_plugin_dense.dense_head import DenseHead
from det_plugin_dense.dense_losses import DenseLosses
from det_plugin_parts import (
    AnchorGenerator,
    BoxCoder,
    PictureBatching,
    PictureModel,
    rows_of_map,
    split_by_picture,
    targets_of,
)
from detcore.interfaces import Backbone, Losses
from detcore.structures import Detections, ModelInput, ModelOutput

__all__ = ["DenseDetector"]


class DenseDetector(PictureModel):
    """A backbone and a head that predicts at every anchor; what each learns is the assigner's choice."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        in_features: Sequence[str],
        head: DenseHead,
        anchor_generator: AnchorGenerator,
        num_classes: int,
        box_coder: BoxCoder,
        assigner: DenseAssigner,
        criterion: DenseLosses,
        selector: CandidateSelector,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.in_features = tuple(in_features)
        self.head = head
        self.anchor_generator = anchor_generator
        self.num_classes = num_classes
        self.box_coder = box_coder
        self.assigner = assigner
        self.criterion = criterion
        self.selector = selector

    def infer(self, images: Tensor, sizes: Tensor) -> Detections:
        maps = self._maps(self.feature_maps(images))
        return self.selector(self.anchor_generator(maps), self._levels(self.head(maps)), self.box_coder)

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        return split_by_picture(cast(Detections, result), inputs)

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        maps = self._maps(self.backbone(self.preprocess(inputs).pixels))
        targets = targets_of(inputs, self.batching.device)
        anchors = self.anchor_generator(maps)
        assignments = [self.assigner(anchors, target.gt_boxes.tensor) for target in targets]
        predictions = _end_to_end(self._levels(self.head(maps)))
        return cast(Losses, self.criterion(torch.cat(anchors), predictions, targets, assignments))

    def training_state(self) -> dict[str, Tensor]:
        return {"normaliser": self.criterion.normaliser.value}

    def load_training_state(self, state: Mapping[str, Tensor]) -> None:
        self.criterion.normaliser.value.copy_(state["normaliser"])

    def _maps(self, features: Mapping[str, Tensor]) -> list[Tensor]:
        return [features[name] for name in self.in_features]

    def _levels(self, maps: DenseMaps) -> list[DensePredictions]:
        return [
            DensePredictions(
                logits=rows_of_map(logits, self.num_classes),
                deltas=rows_of_map(deltas, 4),
                centreness=None if maps.centreness is None else rows_of_map(maps.centreness[level], 1).squeeze(-1),
            )
            for level, (logits, deltas) in enumerate(zip(maps.logits, maps.deltas, strict=True))
        ]


def _end_to_end(levels: Sequence[DensePredictions]) -> DensePredictions:
    has_centreness = levels[0].centreness is not None
    return DensePredictions(
        logits=torch.cat([level.logits for level in levels], dim=1),
        deltas=torch.cat([level.deltas for level in levels], dim=1),
        centreness=torch.cat([cast(Tensor, level.centreness) for level in levels], dim=1) if has_centreness else None,
    )
