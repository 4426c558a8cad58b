"""Losses of box regression.

Smooth L1: Fast R-CNN, equation 3, https://arxiv.org/abs/1504.08083
GIoU: https://arxiv.org/abs/1902.09630, DIoU and CIoU: https://arxiv.org/abs/1911.08287
"""

from collections.abc import Callable
from typing import Final, Literal

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torchvision.ops import complete_box_iou_loss, distance_box_iou_loss, generalized_box_iou_loss

from det_plugin_parts.components import BoxCoder

__all__ = ["BoxLoss", "smooth_l1"]

PLAIN_L1_BELOW: Final = 1e-5
"""A smaller beta is taken as 0, where the quadratic part would divide by nearly nothing."""

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
