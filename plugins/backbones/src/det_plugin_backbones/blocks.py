"""The pieces of a residual network: its stem and its two kinds of block.

Deep Residual Learning for Image Recognition: https://arxiv.org/abs/1512.03385
Aggregated Residual Transformations (ResNeXt): https://arxiv.org/abs/1611.05431
Differs from the papers: the stride of a bottleneck can be in its 3×3 convolution, as most weights since expect.
"""

from typing import Final

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.convolution import ConvNorm
from det_plugin_backbones.initialisation import msra_fill
from det_plugin_backbones.norms import NormLayer
from det_plugin_backbones.residual_connection import add_and_rectify, fitting_projection

__all__ = ["PICTURE_CHANNELS", "BasicBlock", "BasicStem", "BottleneckBlock"]

PICTURE_CHANNELS: Final = 3
"""Channels of what a stem reads."""

Maps = Float[Tensor, "image _ _ _"]
"""N×C×H×W; a block may change everything but N."""


class BasicStem(nn.Module):
    """7×7 convolution and 3×3 max pool, each with stride 2."""

    def __init__(self, *, out_channels: int, norm: NormLayer | None) -> None:
        super().__init__()
        self.conv1 = ConvNorm(PICTURE_CHANNELS, out_channels, kernel_size=7, stride=2, norm=norm)
        msra_fill(self.conv1)

    def forward(self, images: Maps) -> Maps:
        return F.max_pool2d(F.relu_(self.conv1(images)), kernel_size=3, stride=2, padding=1)


class BasicBlock(nn.Module):
    """Two 3×3 convolutions around which the input is added: the block of ResNet-18 and 34."""

    def __init__(self, *, in_channels: int, out_channels: int, stride: int, norm: NormLayer | None) -> None:
        super().__init__()
        self.shortcut = fitting_projection(in_channels, out_channels, stride=stride, norm=norm)
        self.conv1 = ConvNorm(in_channels, out_channels, kernel_size=3, stride=stride, norm=norm)
        self.conv2 = ConvNorm(out_channels, out_channels, kernel_size=3, norm=norm)
        msra_fill(self.conv1)
        msra_fill(self.conv2)

    def forward(self, x: Maps) -> Maps:
        return add_and_rectify(self.conv2(F.relu_(self.conv1(x))), x, projection=self.shortcut)


class BottleneckBlock(nn.Module):
    """1×1, 3×3, 1×1 convolutions around which the input is added: the block of ResNet-50 and deeper, and ResNeXt."""

    def __init__(
        self,
        *,
        in_channels: int,
        bottleneck_channels: int,
        out_channels: int,
        stride: int,
        stride_in_1x1: bool,
        groups: int,
        dilation: int,
        norm: NormLayer | None,
    ) -> None:
        super().__init__()
        stride_1x1, stride_3x3 = (stride, 1) if stride_in_1x1 else (1, stride)
        self.shortcut = fitting_projection(in_channels, out_channels, stride=stride, norm=norm)
        self.conv1 = ConvNorm(in_channels, bottleneck_channels, kernel_size=1, stride=stride_1x1, norm=norm)
        self.conv2 = ConvNorm(
            bottleneck_channels,
            bottleneck_channels,
            kernel_size=3,
            stride=stride_3x3,
            dilation=dilation,
            groups=groups,
            norm=norm,
        )
        self.conv3 = ConvNorm(bottleneck_channels, out_channels, kernel_size=1, norm=norm)
        for conv in (self.conv1, self.conv2, self.conv3):
            msra_fill(conv)

    def forward(self, x: Maps) -> Maps:
        hidden = F.relu_(self.conv2(F.relu_(self.conv1(x))))
        return add_and_rectify(self.conv3(hidden), x, projection=self.shortcut)
