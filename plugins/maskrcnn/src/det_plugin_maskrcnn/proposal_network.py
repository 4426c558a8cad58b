"""A proposal generator as a model of its own.

Faster R-CNN, section 3.1: https://arxiv.org/abs/1506.01497
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor

from det_plugin_parts import PictureBatching, in_output_pixels, rows_by_picture, targets_of
from detcore.interfaces import Architecture, Backbone, Losses, ProposalGenerator
from detcore.structures import ImageBatch, Instances, ModelInput, ModelOutput, Proposals

__all__ = ["ProposalNetwork"]


class ProposalNetwork(Architecture):
    """A backbone and a generator of proposals; what it says of a picture is its proposals."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        proposal_generator: ProposalGenerator,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__()
        self.batching = batching
        self.backbone = backbone
        self.proposal_generator = proposal_generator
        self.channel_order = channel_order

    def preprocess(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        return cast(ImageBatch, self.batching(inputs))

    def infer(self, images: Tensor, sizes: Tensor) -> Proposals:
        features = self.backbone(images.contiguous(memory_format=torch.channels_last))
        proposals, _ = self.proposal_generator(features, sizes)
        return cast(Proposals, proposals)

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        pictures = rows_by_picture(cast(Proposals, result), len(inputs))
        return [{"proposals": _instances(*pair)} for pair in zip(pictures, inputs, strict=True)]

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        pixels, sizes = self.preprocess(inputs)
        targets = targets_of(inputs, self.batching.device)
        _, losses = self.proposal_generator(self.backbone(pixels), sizes, targets)
        return cast(Losses, losses)


def _instances(proposals: Proposals, wanted: ModelInput) -> Instances:
    boxes = in_output_pixels(proposals.boxes, wanted)
    found = Instances((wanted["height"], wanted["width"]), proposal_boxes=boxes, objectness_logits=proposals.logits)
    return found[boxes.nonempty()]
