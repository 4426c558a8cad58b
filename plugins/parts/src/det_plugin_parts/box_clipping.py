"""Clipping boxes to the pictures of a batch, as tensor operations that export."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["clip_boxes"]


def clip_boxes(boxes: Float[Tensor, "*box 4"], sizes: Int[Tensor, "*box 2"]) -> Float[Tensor, "*box 4"]:
    """The parts of boxes inside pictures of ``sizes`` (height, width)."""
    limits = sizes.to(boxes.dtype)[..., [1, 0, 1, 0]]
    return torch.minimum(boxes.clamp(min=0), limits)
