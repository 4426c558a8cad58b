"""The family of Faster R-CNN and Mask R-CNN.

Faster R-CNN: https://arxiv.org/abs/1506.01497
Mask R-CNN: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor

from det_plugin_maskrcnn.given_boxes import completed_outputs, given_detections
from det_plugin_parts import PictureBatching, split_by_picture, targets_of
from detcore.interfaces import Architecture, Backbone, Losses, ProposalGenerator, ROIHeads
from detcore.structures import Detections, ImageBatch, Instances, ModelInput, ModelOutput

__all__ = ["GeneralizedRCNN"]


class GeneralizedRCNN(Architecture):
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
        super().__init__()
        self.batching = batching
        self.backbone = backbone
        self.proposal_generator = proposal_generator
        self.roi_heads = roi_heads
        self.channel_order = channel_order

    def preprocess(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        return cast(ImageBatch, self.batching(inputs))

    def infer(self, images: Tensor, sizes: Tensor) -> Detections:
        # Channels last, which every map follows: convolutions take about a fifth less time (R50-FPN, 800×1088, two CPU
        # threads). Not in training, where the gradient of a 3×3 weight takes 5 times as long on a map of 128×160.
        features = self.backbone(images.contiguous(memory_format=torch.channels_last))
        proposals, _ = self.proposal_generator(features, sizes)
        return cast(Detections, self.roi_heads(features, proposals, sizes))

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        return split_by_picture(cast(Detections, result), inputs)

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, sizes = self.preprocess(inputs)
        targets = targets_of(inputs, self.batching.device)
        features = self.backbone(pixels)
        proposals, proposal_losses = self.proposal_generator(features, sizes, targets)
        return {**proposal_losses, **self.roi_heads.losses(features, proposals, targets)}

    def predict(self, inputs: Sequence[ModelInput], detections: Detections) -> Detections:
        """The given boxes and classes, completed by what the heads predict of them, such as masks."""
        features = self.backbone(self.preprocess(inputs).pixels)
        return self.roi_heads.predict(features, detections)

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
