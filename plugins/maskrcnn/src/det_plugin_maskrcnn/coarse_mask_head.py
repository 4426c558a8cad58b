"""A small mask of every class, from which finer ones start.

PointRend, appendix A: https://arxiv.org/abs/1912.08193
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones import msra_fill
from det_plugin_maskrcnn.fully_connected import fully_connected

__all__ = ["CoarseMaskHead"]


class CoarseMaskHead(nn.Module):
    """A 1×1 convolution where channels become fewer, a 2×2 one that halves the size, ``fc1``, ``fc2``, …, a last."""

    def __init__(
        self, *, channels: int, size: int, conv_dim: int, fc_dims: Sequence[int], num_classes: int, side: int
    ) -> None:
        super().__init__()
        self.shape = (num_classes, side, side)
        self.convs: list[str] = []
        if channels > conv_dim:
            self._add("reduce_channel_dim_conv", nn.Conv2d(channels, conv_dim, kernel_size=1))
        inputs = min(channels, conv_dim)
        self._add("reduce_spatial_dim_conv", nn.Conv2d(inputs, conv_dim, kernel_size=2, stride=2))
        flat = conv_dim * (size // 2) ** 2
        self.fcs: list[str] = []
        for position, (inputs, outputs) in enumerate(pairwise([flat, *fc_dims]), start=1):
            self.fcs.append(f"fc{position}")
            self.add_module(self.fcs[-1], fully_connected(inputs, outputs))
        self.prediction = nn.Linear([flat, *fc_dims][-1], num_classes * side * side)
        nn.init.normal_(self.prediction.weight, std=0.001)
        nn.init.zeros_(self.prediction.bias)

    def _add(self, name: str, conv: nn.Conv2d) -> None:
        msra_fill(conv)
        self.convs.append(name)
        self.add_module(name, conv)

    def forward(self, pooled: Float[Tensor, "box channel size size"]) -> Float[Tensor, "box class side side"]:
        x = pooled
        for name in self.convs:
            x = F.relu(self.get_submodule(name)(x))
        # A copy, which flattening would make of most maps anyway: a graph that torch 2.11 compiles takes these for
        # maps row by row, which need none, and then finds them channels last.
        x = x.clone(memory_format=torch.contiguous_format).flatten(1)
        for name in self.fcs:
            x = F.relu(self.get_submodule(name)(x))
        # In full precision: points are told apart by the last bits of what is interpolated here.
        return torch.unflatten(self.prediction(x).float(), 1, self.shape)
