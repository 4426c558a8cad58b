"""Which proposals a training step learns from, and what.

Fast R-CNN, section 2.3: https://arxiv.org/abs/1504.08083
Differs from the paper, as later implementations do: the ground-truth boxes themselves are among the proposals, without
which an untrained proposal generator offers no positive example.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_maskrcnn.components import SampledProposals
from det_plugin_parts import POSITIVE, Assigner, Assignment, sample_balanced
from detcore.structures import Instances, Proposals, pairwise_iou

__all__ = ["ProposalSampler", "labelled"]


class ProposalSampler:
    """Matches the proposals of every picture with its objects and keeps a balanced sample."""

    def __init__(
        self,
        *,
        assigner: Assigner,
        batch_size_per_image: int,
        positive_fraction: float,
        append_ground_truth: bool,
        num_classes: int,
    ) -> None:
        self.assigner = assigner
        self.batch_size_per_image = batch_size_per_image
        self.positive_fraction = positive_fraction
        self.append_ground_truth = append_ground_truth
        self.num_classes = num_classes

    @torch.no_grad()
    def __call__(self, proposals: Proposals, targets: Sequence[Instances]) -> SampledProposals:
        """The samples of all pictures; a picture's foreground comes before its background."""
        samples = [
            self._sample(proposals.boxes[proposals.image_index == image], image, target)
            for image, target in enumerate(targets)
        ]
        return SampledProposals(*(torch.cat(columns) for columns in zip(*samples, strict=True)))

    def _sample(self, boxes: Float[Tensor, "box 4"], image: int, target: Instances) -> SampledProposals:
        if self.append_ground_truth:
            boxes = torch.cat([boxes, target.gt_boxes.tensor])
        matches, labels = self.assigner(pairwise_iou(target.gt_boxes.tensor, boxes))
        positive, negative = sample_balanced(
            labels, batch_size=self.batch_size_per_image, positive_fraction=self.positive_fraction
        )
        rows = torch.cat([positive, negative])
        return _learning(boxes[rows], image, target, Assignment(matches[rows], labels[rows]), self.num_classes)


def labelled(
    boxes: Float[Tensor, "box 4"], image: int, target: Instances, assigner: Assigner, num_classes: int
) -> SampledProposals:
    """All of a picture's boxes, and what each shall learn."""
    assignment = assigner(pairwise_iou(target.gt_boxes.tensor, boxes))
    return _learning(boxes, image, target, assignment, num_classes)


def _learning(
    boxes: Float[Tensor, "box 4"], image: int, target: Instances, assignment: Assignment, num_classes: int
) -> SampledProposals:
    matches, labels = assignment
    is_object, gt_boxes = labels == POSITIVE, target.gt_boxes.tensor
    classes = torch.full_like(matches, num_classes)
    classes[is_object] = target.gt_classes[matches[is_object]]
    return SampledProposals(
        boxes=boxes,
        image_index=torch.full_like(matches, image),
        classes=classes,
        target_boxes=gt_boxes[matches] if len(gt_boxes) else torch.zeros_like(boxes),
        target_index=matches,
    )
