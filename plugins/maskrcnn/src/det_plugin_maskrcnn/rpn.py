"""The region proposal network.

Faster R-CNN, section 3.1: https://arxiv.org/abs/1506.01497
Differs from the paper, as later implementations do: both losses are divided by the number of anchors a step *may* learn
from, not by the number it does, so that a picture with few objects weighs less.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_maskrcnn.anchor_sampling import AnchorSampler
from det_plugin_maskrcnn.proposal_selection import ProposalSelector
from det_plugin_maskrcnn.rpn_head import RPNHead
from det_plugin_parts import IGNORED, POSITIVE, AnchorGenerator, Assignment, BoxCoder, BoxLoss, rows_of_map
from detcore.interfaces import Losses, ProposalGenerator
from detcore.structures import Instances, Proposals

__all__ = ["RPN"]


class RPN(ProposalGenerator):
    """Scores and shifts anchors at every position of every level; the best become proposals."""

    def __init__(
        self,
        *,
        in_features: Sequence[str],
        head: RPNHead,
        anchor_generator: AnchorGenerator,
        box_coder: BoxCoder,
        sampler: AnchorSampler,
        train_selector: ProposalSelector,
        test_selector: ProposalSelector,
        objectness_weight: float,
        box_loss: BoxLoss,
    ) -> None:
        super().__init__()
        self.in_features = tuple(in_features)
        self.rpn_head = head
        self.anchor_generator = anchor_generator
        self.box_coder = box_coder
        self.sampler = sampler
        self.train_selector = train_selector
        self.test_selector = test_selector
        self.objectness_weight = objectness_weight
        self.box_loss = box_loss

    def forward(
        self, features: dict[str, Tensor], sizes: Tensor, targets: Sequence[Instances] | None = None
    ) -> tuple[Proposals, Losses]:
        maps = [features[name] for name in self.in_features]
        anchors = self.anchor_generator(maps)
        logit_maps, delta_maps = self.rpn_head(maps)
        logits = [rows_of_map(level, 1).squeeze(-1) for level in logit_maps]
        deltas = [rows_of_map(level, 4) for level in delta_maps]
        losses = {} if targets is None else self.losses(torch.cat(anchors), logits, deltas, targets)
        select = self.train_selector if self.training else self.test_selector
        proposals = select(anchors=anchors, logits=logits, deltas=deltas, sizes=sizes, coder=self.box_coder)
        return proposals, losses

    def losses(
        self,
        anchors: Float[Tensor, "anchor 4"],
        logits: Sequence[Float[Tensor, "image _"]],
        deltas: Sequence[Float[Tensor, "image _ 4"]],
        targets: Sequence[Instances],
    ) -> Losses:
        """Objectness and box regression of a sample of anchors."""
        assignments = [self.sampler(anchors, target) for target in targets]
        labels = torch.stack([assignment.labels for assignment in assignments])
        image, anchor = (labels == POSITIVE).nonzero(as_tuple=True)
        box_loss = self.box_loss(
            torch.cat(list(deltas), dim=1)[image, anchor], anchors[anchor], _matched(targets, assignments)
        )
        most = self.sampler.batch_size_per_image * len(targets)
        return {
            "loss_rpn_cls": self.objectness_weight * _objectness_loss(torch.cat(list(logits), dim=1), labels) / most,
            "loss_rpn_loc": box_loss / most,
        }


def _objectness_loss(logits: Float[Tensor, "image anchor"], labels: Int[Tensor, "image anchor"]) -> Float[Tensor, ""]:
    learned = labels != IGNORED
    return F.binary_cross_entropy_with_logits(
        logits[learned].float(), (labels[learned] == POSITIVE).float(), reduction="sum"
    )


def _matched(targets: Sequence[Instances], assignments: Sequence[Assignment]) -> Float[Tensor, "positive 4"]:
    """The ground-truth box of every positive anchor, picture by picture."""
    return torch.cat(
        [
            target.gt_boxes.tensor[assignment.matches[assignment.labels == POSITIVE]]
            for target, assignment in zip(targets, assignments, strict=True)
        ]
    )
