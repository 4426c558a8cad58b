"""Boxes as the distances of their four sides from a point.

FCOS, section 3.1: https://arxiv.org/abs/1904.01355
Differs from the paper: distances are a rectified line of the prediction, not its exponential with a learned scale.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_parts.components import BoxCoder

__all__ = ["LinearBoxCoder"]


class LinearBoxCoder(BoxCoder):
    """``left top right bottom``: distances from the reference box's centre, in widths and heights of that box."""

    def encode(self, boxes: Float[Tensor, "box 4"], targets: Float[Tensor, "box 4"]) -> Float[Tensor, "box 4"]:
        """The distances; negative where the centre of a box is outside its target."""
        centres, sides = _centres_and_sides(boxes)
        return torch.cat([centres - targets[:, :2], targets[:, 2:] - centres], dim=1) / sides.repeat(1, 2)

    def decode(
        self, deltas: Float[Tensor, "*box deltas"], boxes: Float[Tensor, "*box 4"]
    ) -> Float[Tensor, "*box deltas"]:
        centres, sides = _centres_and_sides(boxes)
        distances = F.relu(torch.unflatten(deltas.float(), -1, (-1, 2, 2))) * sides[..., None, None, :]
        centres = centres[..., None, :]
        return torch.cat([centres - distances[..., 0, :], centres + distances[..., 1, :]], dim=-1).flatten(-2)


def _centres_and_sides(boxes: Float[Tensor, "*box 4"]) -> tuple[Float[Tensor, "*box 2"], Float[Tensor, "*box 2"]]:
    low, high = boxes[..., :2], boxes[..., 2:]
    return (low + high) / 2, high - low
