"""The small network that a region proposal network slides over every feature map.

Faster R-CNN, section 3.1: https://arxiv.org/abs/1506.01497
"""

from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["RPNHead"]

Map = Float[Tensor, "image _ _ _"]


class RPNHead(nn.Module):
    """3×3 convolutions, then two 1×1 convolutions: objectness and deltas of every anchor; shared by all levels."""

    def __init__(self, *, in_channels: int, conv_dims: Sequence[int], num_anchors: int) -> None:
        super().__init__()
        convs = [nn.Conv2d(i, o, kernel_size=3, padding=1) for i, o in pairwise([in_channels, *conv_dims])]
        # Published weights call a single convolution "conv" and several "conv.conv0", "conv.conv1", …
        self.conv = convs[0] if len(convs) == 1 else _named(convs)
        self.objectness_logits = nn.Conv2d(conv_dims[-1], num_anchors, kernel_size=1)
        self.anchor_deltas = nn.Conv2d(conv_dims[-1], num_anchors * 4, kernel_size=1)
        for layer in (*convs, self.objectness_logits, self.anchor_deltas):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # built with a bias above

    def forward(self, maps: Sequence[Map]) -> tuple[list[Map], list[Map]]:
        """Objectness logits (a channel per anchor) and deltas (four channels per anchor) of each level."""
        hidden = [self._convolved(feature_map) for feature_map in maps]
        return [self.objectness_logits(h) for h in hidden], [self.anchor_deltas(h) for h in hidden]

    def _convolved(self, x: Tensor) -> Tensor:
        for conv in self.conv if isinstance(self.conv, nn.Sequential) else [self.conv]:
            x = F.relu(conv(x))
        return x


def _named(convs: Sequence[nn.Conv2d]) -> nn.Sequential:
    layers = nn.Sequential()
    for position, conv in enumerate(convs):
        layers.add_module(f"conv{position}", conv)
    return layers
