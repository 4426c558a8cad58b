"""Losses of box regression.

Smooth L1: Fast R-CNN, equation 3, https://arxiv.org/abs/1504.08083
GIoU: https://arxiv.org/abs/1902.09630, DIoU and CIoU: https://arxiv.org/abs/1911.08287
"""

from collections.abc import Callable
from typing import Final, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torchvision.ops import distance_box_iou_loss, generalized_box_iou_loss

from det_plugin_parts.components import BoxCoder

__all__ = ["BoxLoss", "smooth_l1"]

PLAIN_L1_BELOW: Final = 1e-5
"""A smaller beta is taken as 0, where the quadratic part would divide by nearly nothing."""

EPSILON: Final = 1e-7
"""Keeps areas and distances of 0 from being divided by; as in the reference."""


def complete_box_iou_loss(boxes: Float[Tensor, "box 4"], targets: Float[Tensor, "box 4"]) -> Float[Tensor, " box"]:
    """Distance IoU loss, and how far apart the ratios of the sides are.

    Differs from torchvision's, which is not a number for a box of width and height 0, as FCOS may predict: where a box
    has no height, its ratio has a value but no slope.
    """
    apart = 4 / torch.pi**2 * (_angle(targets) - _angle(boxes)) ** 2
    with torch.no_grad():
        weight = apart / (1 - _iou(boxes, targets) + apart + EPSILON)
    return distance_box_iou_loss(boxes, targets) + weight * apart


def _angle(boxes: Float[Tensor, "box 4"]) -> Float[Tensor, " box"]:
    """Of the diagonal, from the vertical, in radians: a bounded measure of width to height."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).unbind(dim=1)
    has_height = height > 0
    angle = torch.atan(width / torch.where(has_height, height, 1))
    return torch.where(has_height, angle, torch.atan2(width, height).detach())


def _iou(boxes: Float[Tensor, "box 4"], others: Float[Tensor, "box 4"]) -> Float[Tensor, " box"]:
    """Row by row."""
    low, high = torch.maximum(boxes[:, :2], others[:, :2]), torch.minimum(boxes[:, 2:], others[:, 2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    areas = [(each[:, 2:] - each[:, :2]).prod(dim=1) for each in (boxes, others)]
    return shared / (areas[0] + areas[1] - shared + EPSILON)


IOU_LOSSES: Final[dict[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "giou": generalized_box_iou_loss,
    "diou": distance_box_iou_loss,
    "ciou": complete_box_iou_loss,
}
"""Losses of two sets of boxes, row by row."""


class BoxLoss:
    """How far predicted deltas are from leading to the target boxes, summed and weighted."""

    def __init__(
        self, *, kind: Literal["smooth-l1", "giou", "diou", "ciou"], beta: float, weight: float, coder: BoxCoder
    ) -> None:
        self.kind = kind
        self.beta = beta
        self.weight = weight
        self.coder = coder

    def __call__(
        self, deltas: Float[Tensor, "box 4"], boxes: Float[Tensor, "box 4"], targets: Float[Tensor, "box 4"]
    ) -> Float[Tensor, ""]:
        """The loss of ``deltas`` of ``boxes``, a sum over boxes; 0, but connected to ``deltas``, for none."""
        if self.kind == "smooth-l1":
            losses = smooth_l1(deltas.float(), self.coder.encode(boxes, targets), beta=self.beta)
        else:
            losses = IOU_LOSSES[self.kind](self.coder.decode(deltas, boxes), targets)
        return self.weight * losses.sum()


def smooth_l1(x: Float[Tensor, "*row"], target: Float[Tensor, "*row"], *, beta: float) -> Float[Tensor, "*row"]:
    """Element by element: square below ``beta``, straight above."""
    if beta < PLAIN_L1_BELOW:
        return F.l1_loss(x, target, reduction="none")
    return F.smooth_l1_loss(x, target, beta=beta, reduction="none")
