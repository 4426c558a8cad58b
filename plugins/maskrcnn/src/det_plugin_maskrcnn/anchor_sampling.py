"""Which anchors a training step learns from, and what.

Faster R-CNN, sections 3.1.2 and 3.1.3: https://arxiv.org/abs/1506.01497
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from det_plugin_parts import IGNORED, NEGATIVE, POSITIVE, Assigner, Assignment, sample_balanced
from detcore.structures import Instances, pairwise_iou

__all__ = ["AnchorSampler"]


class AnchorSampler:
    """Labels the anchors of one picture, then keeps the labels of a balanced sample."""

    def __init__(
        self, *, assigner: Assigner, batch_size_per_image: int, positive_fraction: float, boundary: float | None
    ) -> None:
        self.assigner = assigner
        self.batch_size_per_image = batch_size_per_image
        self.positive_fraction = positive_fraction
        self.boundary = boundary

    @torch.no_grad()
    def __call__(self, anchors: Float[Tensor, "anchor 4"], target: Instances) -> Assignment:
        """Every anchor's label and match; anchors outside the sample are ``IGNORED``."""
        assignment = self.assigner(pairwise_iou(target.gt_boxes.tensor, anchors))
        labels = assignment.labels
        if self.boundary is not None:
            labels = labels.masked_fill(~_inside(anchors, target.image_size, self.boundary), IGNORED)
        return Assignment(matches=assignment.matches, labels=self._sampled(labels))

    def _sampled(self, labels: Int[Tensor, " anchor"]) -> Int[Tensor, " anchor"]:
        positive, negative = sample_balanced(
            labels, batch_size=self.batch_size_per_image, positive_fraction=self.positive_fraction
        )
        sampled = torch.full_like(labels, IGNORED)
        sampled[positive] = POSITIVE
        sampled[negative] = NEGATIVE
        return sampled


def _inside(anchors: Float[Tensor, "anchor 4"], size: tuple[int, int], margin: float) -> Bool[Tensor, " anchor"]:
    height, width = size
    x1, y1, x2, y2 = anchors.unbind(1)
    return (x1 >= -margin) & (y1 >= -margin) & (x2 < width + margin) & (y2 < height + margin)
