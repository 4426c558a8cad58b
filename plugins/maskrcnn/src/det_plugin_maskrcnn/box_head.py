"""Convolutions and fully connected layers between ROI pooling and the box predictions.

Two fully connected layers: Feature Pyramid Networks, section 4.2, https://arxiv.org/abs/1612.03144
Four convolutions and one fully connected layer: Group Normalization, section 4.2, https://arxiv.org/abs/1803.08494
"""

from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_backbones import NormLayer
from det_plugin_maskrcnn.components import BoxHead
from det_plugin_maskrcnn.fully_connected import fully_connected
from det_plugin_maskrcnn.head_convolution import head_convolution

__all__ = ["ConvFCBoxHead"]


class ConvFCBoxHead(BoxHead):
    """``conv1``, ``conv2``, …, then ``fc1``, ``fc2``, …, each followed by a ReLU."""

    def __init__(
        self, *, channels: int, size: int, conv_dims: Sequence[int], fc_dims: Sequence[int], norm: NormLayer | None
    ) -> None:
        super().__init__()
        self.convs: list[str] = []
        for position, (inputs, outputs) in enumerate(pairwise([channels, *conv_dims]), start=1):
            self.convs.append(f"conv{position}")
            self.add_module(self.convs[-1], head_convolution(inputs, outputs, norm))
        flat = [channels, *conv_dims][-1] * size * size
        self.fcs: list[str] = []
        for position, (inputs, outputs) in enumerate(pairwise([flat, *fc_dims]), start=1):
            self.fcs.append(f"fc{position}")
            self.add_module(self.fcs[-1], fully_connected(inputs, outputs))
        self.out_features = [flat, *fc_dims][-1]

    def forward(self, pooled: Float[Tensor, "box channel size size"]) -> Float[Tensor, "box feature"]:
        x = pooled
        for name in self.convs:
            x = F.relu(self.get_submodule(name)(x))
        x = x.flatten(1)
        for name in self.fcs:
            x = F.relu(self.get_submodule(name)(x))
        return x
