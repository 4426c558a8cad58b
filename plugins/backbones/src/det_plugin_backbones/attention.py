"""Attention of every patch of a map, or of a window of it, to every other.

Attention Is All You Need, section 3.2: https://arxiv.org/abs/1706.03762
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.relative_positioning import position_bias

__all__ = ["Attention"]


class Attention(nn.Module):
    """Attention of several heads, by what the patches hold and by how far apart they are.

    ``position_side``: learn distances for maps of so many patches a side, which are stretched for others; ``None``:
    distance does not matter.
    """

    def __init__(self, *, channels: int, num_heads: int, qkv_bias: bool, position_side: int | None) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.qkv = nn.Linear(channels, 3 * channels, bias=qkv_bias)
        self.proj = nn.Linear(channels, channels)
        self.has_positions = position_side is not None
        if position_side is not None:
            shape = (2 * position_side - 1, channels // num_heads)
            self.rel_pos_h = nn.Parameter(torch.zeros(shape))
            self.rel_pos_w = nn.Parameter(torch.zeros(shape))

    def forward(self, x: Float[Tensor, "image height width channel"]) -> Float[Tensor, "image height width channel"]:
        images, height, width, channels = x.shape
        qkv = self.qkv(x).reshape(images, height * width, 3, self.num_heads, channels // self.num_heads)
        queries, keys, values = qkv.permute(2, 0, 3, 1, 4).unbind()
        bias = self._bias(queries, (height, width))
        attended = F.scaled_dot_product_attention(queries, keys, values, attn_mask=bias)
        projected: Tensor = self.proj(attended.transpose(1, 2).reshape(images, height, width, channels))
        return projected

    def _bias(self, queries: Tensor, size: tuple[int, int]) -> Tensor | None:
        if not self.has_positions:
            return None
        return position_bias(queries, self.rel_pos_h, self.rel_pos_w, size=size)
