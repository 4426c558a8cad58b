"""Layer norm over the channels of each pixel of a map.

Layer Normalization: https://arxiv.org/abs/1607.06450
"""

from typing import Final

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["EPSILON", "ChannelLayerNorm"]

EPSILON: Final = 1e-6
"""Added to the variance, in transformers and in what stands on them."""


class ChannelLayerNorm(nn.Module):
    """Mean 0 and variance 1 over the channels of every pixel, then a scale and a shift per channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Float[Tensor, "image channel height width"]) -> Float[Tensor, "image channel height width"]:
        pixels = x.permute(0, 2, 3, 1)
        normalised = F.layer_norm(pixels, self.weight.shape, self.weight, self.bias, EPSILON)
        return normalised.permute(0, 3, 1, 2)
