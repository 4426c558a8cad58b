"""From prediction maps, a channel for each number, to rows of numbers in the order of the anchors."""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["rows_of_map"]


def rows_of_map(level: Float[Tensor, "image _ y x"], numbers: int) -> Float[Tensor, "image _ numbers"]:
    """Rows of ``numbers`` in the order y, x, anchor of the position; channels are (anchor, number)."""
    return torch.unflatten(level, 1, (-1, numbers)).permute(0, 3, 4, 1, 2).flatten(1, 3)
