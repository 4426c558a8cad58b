"""A convolution and the norm that follows it, as one layer."""

from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.frozen_batch_norm import FixableNorm, is_fixed, scale_and_shift
from det_plugin_backbones.norms import NormLayer

__all__ = ["ConvNorm"]


class ConvNorm(nn.Conv2d):
    """A convolution that keeps the picture's size (before its stride), then a norm.

    Has a bias exactly where no norm follows. Parameters are named as in the published checkpoints: ``weight`` and
    ``norm.weight`` below the name of this layer.
    """

    norm: nn.Module | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel_size: int,
        norm: NormLayer | None,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=dilation * (kernel_size - 1) // 2,
            dilation=dilation,
            groups=groups,
            bias=norm is None,
        )
        self.norm = None if norm is None else norm(out_channels)

    def forward(self, x: Float[Tensor, "image in_channel height width"]) -> Float[Tensor, "image out_channel h w"]:
        if self.norm is None:
            return super().forward(x)
        if is_fixed(self.norm):
            return self._folded(x, self.norm)
        normalised: Tensor = self.norm(super().forward(x))
        return normalised

    def _folded(self, x: Tensor, norm: FixableNorm) -> Tensor:
        # Exact, and saves reading and writing the whole feature map once more. Folded anew every time, because the
        # weight may be learning: its gradient flows through the product.
        scale, shift = scale_and_shift(norm)
        folded: Tensor = self._conv_forward(x, self.weight * scale.view(-1, 1, 1, 1), shift)
        return folded
