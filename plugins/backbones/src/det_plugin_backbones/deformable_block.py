"""A bottleneck block whose 3×3 convolution learns where to look.

Deformable Convolutional Networks: https://arxiv.org/abs/1703.06211
Deformable ConvNets v2 (modulation): https://arxiv.org/abs/1811.11168
"""

from typing import Final

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.convolution import ConvNorm
from det_plugin_backbones.deformable_convolution import DeformableConvNorm
from det_plugin_backbones.initialisation import msra_fill
from det_plugin_backbones.norms import NormLayer
from det_plugin_backbones.residual_connection import add_and_rectify, fitting_projection

__all__ = ["DeformableBottleneckBlock"]

POSITIONS: Final = 9
"""Positions of a 3×3 kernel."""


class DeformableBottleneckBlock(nn.Module):
    """1×1, deformable 3×3, 1×1 convolutions around which the input is added.

    ``conv2_offset`` tells the second convolution, for every pixel and every group of channels, how far each of its
    nine positions moves; modulated, also how much it counts. Freshly made nothing moves.
    """

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
        deformable_groups: int,
        is_modulated: bool,
        norm: NormLayer | None,
    ) -> None:
        super().__init__()
        stride_1x1, stride_3x3 = (stride, 1) if stride_in_1x1 else (1, stride)
        self.is_modulated = is_modulated
        self.shortcut = fitting_projection(in_channels, out_channels, stride=stride, norm=norm)
        self.conv1 = ConvNorm(in_channels, bottleneck_channels, kernel_size=1, stride=stride_1x1, norm=norm)
        self.conv2_offset = ConvNorm(
            bottleneck_channels,
            (3 if is_modulated else 2) * POSITIONS * deformable_groups,
            kernel_size=3,
            stride=stride_3x3,
            dilation=dilation,
            norm=None,
        )
        self.conv2 = DeformableConvNorm(
            bottleneck_channels,
            bottleneck_channels,
            kernel_size=3,
            stride=stride_3x3,
            dilation=dilation,
            groups=groups,
            norm=norm,
        )
        self.conv3 = ConvNorm(bottleneck_channels, out_channels, kernel_size=1, norm=norm)
        msra_fill(self.conv1)
        msra_fill(self.conv3)
        self._fill_offsets_with_zeros()

    def forward(self, x: Float[Tensor, "image _ _ _"]) -> Float[Tensor, "image _ _ _"]:
        hidden = F.relu_(self.conv1(x))
        hidden = F.relu_(self.conv2(hidden, *self._deformation(hidden)))
        return add_and_rectify(self.conv3(hidden), x, projection=self.shortcut)

    def _deformation(self, hidden: Tensor) -> tuple[Tensor, Tensor | None]:
        """Offsets of the kernel's positions, and their weights where modulated."""
        predicted: Tensor = self.conv2_offset(hidden)
        if not self.is_modulated:
            return predicted, None
        num_offsets = 2 * predicted.shape[1] // 3
        return predicted[:, :num_offsets], predicted[:, num_offsets:].sigmoid()

    def _fill_offsets_with_zeros(self) -> None:
        for parameter in self.conv2_offset.parameters():
            nn.init.zeros_(parameter)
