"""Fast R-CNN: somebody else says where objects may be.

Fast R-CNN: https://arxiv.org/abs/1504.08083
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor

from det_plugin_maskrcnn.given_boxes import completed_outputs, given_detections
from det_plugin_maskrcnn.given_proposals import PicturesWithProposals, with_proposals
from det_plugin_parts import PictureBatching, split_by_picture, targets_of
from detcore.interfaces import Architecture, Backbone, Losses, ROIHeads
from detcore.structures import Detections, Instances, ModelInput, ModelOutput, Proposals

__all__ = ["FastRCNN"]


class FastRCNN(Architecture):
    """A backbone, and heads that look at each of the proposals that come with a picture."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        roi_heads: ROIHeads,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__()
        self.batching = batching
        self.backbone = backbone
        self.roi_heads = roi_heads
        self.channel_order = channel_order

    def preprocess(self, inputs: Sequence[ModelInput]) -> PicturesWithProposals:  # type: ignore[override]  # more columns
        """The batch, with the proposals of each picture.

        Raises:
            DatasetError: an input has no proposals.
        """
        return with_proposals(self.batching(inputs), inputs)

    def infer(  # type: ignore[override]  # takes every column that preprocess returns
        self, images: Tensor, sizes: Tensor, boxes: Tensor, image_index: Tensor
    ) -> Detections:
        features = self.backbone(images.contiguous(memory_format=torch.channels_last))
        return cast(Detections, self.roi_heads(features, _proposals(boxes, image_index), sizes))

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        return split_by_picture(cast(Detections, result), inputs)

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, _, boxes, image_index = self.preprocess(inputs)
        targets = targets_of(inputs, self.batching.device)
        return self.roi_heads.losses(self.backbone(pixels), _proposals(boxes, image_index), targets)

    def predict(self, inputs: Sequence[ModelInput], detections: Detections) -> Detections:
        """The given boxes and classes, completed by what the heads predict of them, such as masks."""
        return self.roi_heads.predict(self.backbone(self.batching(inputs).pixels), detections)

    def complete(self, inputs: Sequence[ModelInput], given: Sequence[Instances]) -> list[ModelOutput]:
        """Masks and keypoints of objects whose boxes and classes somebody else knows.

        ``given`` has ``pred_boxes`` and ``pred_classes`` for each input, in pixels of the wanted output, as this model
        itself returns them. They come back row by row, none dropped, with ``pred_masks`` and ``pred_keypoints`` where
        the model has heads for them; all other fields stay.

        Raises:
            ValueError: there are not as many as inputs, or some are of a picture of another size, or lack a field.
        """
        detections = given_detections(inputs, given, self.batching.device)
        return completed_outputs(self.predict(inputs, detections), inputs, given)


def _proposals(boxes: Tensor, image_index: Tensor) -> Proposals:
    """Proposals that are all equally likely: heads look at every one of them."""
    return Proposals(boxes, torch.zeros_like(boxes[:, 0]), image_index)
