"""What a dense detector minimises.

Focal Loss for Dense Object Detection, sections 3 and 4: https://arxiv.org/abs/1708.02002
FCOS, section 3.3 (centreness): https://arxiv.org/abs/1904.01355
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from det_plugin_dense.components import DensePredictions
from det_plugin_dense.running_normaliser import RunningNormaliser
from det_plugin_parts import IGNORED, POSITIVE, Assignment, BoxLoss, focal_loss
from detcore.interfaces import Losses
from detcore.structures import Instances

__all__ = ["DenseLosses", "LossNames", "centreness_of"]


class LossNames(NamedTuple):
    """What metrics call the losses."""

    classification: str
    boxes: str
    centreness: str


class DenseLosses(nn.Module):
    """Focal loss of all anchors, box regression and centreness of the positive ones, all by their running number."""

    def __init__(
        self,
        *,
        focal_alpha: float,
        focal_gamma: float,
        box_loss: BoxLoss,
        normaliser: RunningNormaliser,
        names: LossNames,
    ) -> None:
        super().__init__()
        self.focal_alpha = focal_alpha
        self.focal_gamma = focal_gamma
        self.box_loss = box_loss
        self.normaliser = normaliser
        self.names = names

    def forward(
        self,
        anchors: Float[Tensor, "anchor 4"],
        predictions: DensePredictions,
        targets: Sequence[Instances],
        assignments: Sequence[Assignment],
    ) -> Losses:
        labels = torch.stack([assignment.labels for assignment in assignments])
        image, row = (labels == POSITIVE).nonzero(as_tuple=True)
        matched = _matched(targets, assignments)
        number = self.normaliser(torch.tensor(len(row)))
        losses = {
            self.names.classification: self._classification(predictions.logits, labels != IGNORED, image, row, matched),
            self.names.boxes: self.box_loss(predictions.deltas[image, row], anchors[row], matched.boxes),
        }
        if predictions.centreness is not None:
            wanted = centreness_of(anchors[row], matched.boxes)
            losses[self.names.centreness] = F.binary_cross_entropy_with_logits(
                predictions.centreness[image, row].float(), wanted, reduction="sum"
            )
        return {name: loss / number for name, loss in losses.items()}

    def _classification(
        self, logits: Tensor, learned: Bool[Tensor, "image anchor"], image: Tensor, row: Tensor, matched: "_Matched"
    ) -> Tensor:
        wanted = torch.zeros_like(logits)
        wanted[image, row, matched.classes] = 1
        return focal_loss(logits[learned], wanted[learned], alpha=self.focal_alpha, gamma=self.focal_gamma)


class _Matched(NamedTuple):
    """The object of every positive anchor, picture by picture."""

    boxes: Float[Tensor, "positive 4"]
    classes: Tensor


def _matched(targets: Sequence[Instances], assignments: Sequence[Assignment]) -> _Matched:
    boxes, classes = [], []
    for target, assignment in zip(targets, assignments, strict=True):
        own = assignment.matches[assignment.labels == POSITIVE]
        boxes.append(target.gt_boxes.tensor[own])
        classes.append(target.gt_classes[own])
    return _Matched(torch.cat(boxes), torch.cat(classes))


def centreness_of(
    anchors: Float[Tensor, "positive 4"], boxes: Float[Tensor, "positive 4"]
) -> Float[Tensor, " positive"]:
    """1 in the middle of a box, 0 on its sides and, where an assigner reaches so far, beyond them: FCOS, equation 3."""
    points = (anchors[:, :2] + anchors[:, 2:]) / 2
    low, high = points - boxes[:, :2], boxes[:, 2:] - points
    ratios = (torch.minimum(low, high) / torch.maximum(low, high)).clamp(min=0)
    return ratios.prod(dim=1).sqrt()
