"""Boxes as shifts and scales of other boxes.

R-CNN, appendix C: https://arxiv.org/abs/1311.2524
Differs from the paper: growth is clamped when decoding.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_parts.components import BoxCoder

__all__ = ["DeltaBoxCoder"]


class DeltaBoxCoder(BoxCoder):
    """``dx dy dw dh``: shift of the centre in widths and heights, and logarithm of the growth of the sides."""

    def __init__(self, *, weights: Sequence[float], scale_clamp: float) -> None:
        self.weights = tuple(weights)
        self.scale_clamp = scale_clamp

    def encode(self, boxes: Float[Tensor, "box 4"], targets: Float[Tensor, "box 4"]) -> Float[Tensor, "box 4"]:
        """The deltas that lead from ``boxes`` to ``targets``; neither may be without width or height."""
        x, y, width, height = _centre_form(boxes)
        target_x, target_y, target_width, target_height = _centre_form(targets)
        wx, wy, ww, wh = self.weights
        return torch.stack(
            [
                wx * (target_x - x) / width,
                wy * (target_y - y) / height,
                ww * torch.log(target_width / width),
                wh * torch.log(target_height / height),
            ],
            dim=-1,
        )

    def decode(
        self, deltas: Float[Tensor, "*box deltas"], boxes: Float[Tensor, "*box 4"]
    ) -> Float[Tensor, "*box deltas"]:
        # In float32 whatever the network runs in: the exponential needs it.
        dx, dy, dw, dh = self._unweighted(torch.unflatten(deltas.float(), -1, (-1, 4)))
        x, y, width, height = (side[..., None] for side in _centre_form(boxes))
        centre_x, centre_y = dx * width + x, dy * height + y
        half_width = 0.5 * torch.exp(dw.clamp(max=self.scale_clamp)) * width
        half_height = 0.5 * torch.exp(dh.clamp(max=self.scale_clamp)) * height
        corners = [centre_x - half_width, centre_y - half_height, centre_x + half_width, centre_y + half_height]
        return torch.stack(corners, dim=-1).flatten(-2)

    def _unweighted(self, deltas: Tensor) -> list[Tensor]:
        return [delta / weight for delta, weight in zip(deltas.unbind(-1), self.weights, strict=True)]


def _centre_form(boxes: Float[Tensor, "*box 4"]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Centre x and y, width and height."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    width, height = x2 - x1, y2 - y1
    return x1 + 0.5 * width, y1 + 0.5 * height, width, height
