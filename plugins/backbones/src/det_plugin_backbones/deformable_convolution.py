"""A convolution that looks where it is told to, and the norm that follows it.

Deformable Convolutional Networks: https://arxiv.org/abs/1703.06211
Deformable ConvNets v2 (modulation): https://arxiv.org/abs/1811.11168
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torchvision.ops import deform_conv2d

from det_plugin_backbones.frozen_batch_norm import is_fixed, scale_and_shift
from det_plugin_backbones.norms import NormLayer

__all__ = ["DeformableConvNorm"]


class DeformableConvNorm(nn.Module):
    """A square convolution without bias that keeps the picture's size (before its stride), then a norm.

    Parameters are named as in the published checkpoints: ``weight`` and ``norm.weight`` below the name of this layer.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel_size: int,
        stride: int,
        dilation: int,
        groups: int,
        norm: NormLayer | None,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels // groups, kernel_size, kernel_size))
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")
        self.stride = stride
        self.padding = dilation * (kernel_size - 1) // 2
        self.dilation = dilation
        self.norm = None if norm is None else norm(out_channels)

    def forward(
        self,
        x: Float[Tensor, "image in_channel height width"],
        offsets: Float[Tensor, "image offset h w"],
        modulation: Float[Tensor, "image position h w"] | None,
    ) -> Float[Tensor, "image out_channel h w"]:
        """The convolution of ``x`` at its own positions plus ``offsets``, each weighted by ``modulation``.

        ``offsets`` are pixels of ``x``, down then right for every position of the kernel, row by row; with several
        groups of channels, group after group. ``None``: every weight is 1.
        """
        if self.norm is None:
            return self._convolved(x, offsets, modulation, self.weight)
        if is_fixed(self.norm):
            scale, shift = scale_and_shift(self.norm)
            return self._convolved(x, offsets, modulation, self.weight * scale.view(-1, 1, 1, 1), shift)
        normalised: Tensor = self.norm(self._convolved(x, offsets, modulation, self.weight))
        return normalised

    def _convolved(
        self, x: Tensor, offsets: Tensor, modulation: Tensor | None, weight: Tensor, bias: Tensor | None = None
    ) -> Tensor:
        # The operator wants one number format for everything, and on a CPU knows no half precision.
        dtype = torch.promote_types(x.dtype, torch.float32)
        convolved: Tensor = deform_conv2d(
            x.to(dtype),
            offsets.to(dtype),
            weight.to(dtype),
            None if bias is None else bias.to(dtype),
            stride=(self.stride, self.stride),
            padding=(self.padding, self.padding),
            dilation=(self.dilation, self.dilation),
            mask=None if modulation is None else modulation.to(dtype),
        )
        return convolved.to(x.dtype)
