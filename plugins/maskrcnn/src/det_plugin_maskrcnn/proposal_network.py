"""A proposal generator as a model of its own.

Faster R-CNN, section 3.1: https://arxiv.org/abs/1506.01497
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from torch import Tensor

from det_plugin_parts import PictureBatching, PictureModel, in_output_pixels, output_size, rows_by_picture, targets_of
from detcore.interfaces import Backbone, Losses, ProposalGenerator
from detcore.structures import Instances, ModelInput, ModelOutput, Proposals

__all__ = ["ProposalNetwork"]


class ProposalNetwork(PictureModel):
    """A backbone and a generator of proposals; what it says of a picture is its proposals."""

    def __init__(
        self,
        *,
        backbone: Backbone,
        proposal_generator: ProposalGenerator,
        batching: PictureBatching,
        channel_order: Literal["RGB", "BGR"],
    ) -> None:
        super().__init__(backbone=backbone, batching=batching, channel_order=channel_order)
        self.proposal_generator = proposal_generator

    def infer(self, images: Tensor, sizes: Tensor) -> Proposals:
        features = self.feature_maps(images)
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
    found = Instances(output_size(wanted), proposal_boxes=boxes, objectness_logits=proposals.logits)
    return found[boxes.nonempty()]
