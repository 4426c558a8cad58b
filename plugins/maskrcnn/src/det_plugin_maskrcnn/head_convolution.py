"""The 3×3 convolution that box heads and mask heads are made of."""

from det_plugin_backbones import ConvNorm, NormLayer, msra_fill

__all__ = ["head_convolution"]


def head_convolution(inputs: int, outputs: int, norm: NormLayer | None) -> ConvNorm:
    """From ``inputs`` to ``outputs`` channels at the same size, filled as Detectron2 fills those of its heads."""
    conv = ConvNorm(inputs, outputs, kernel_size=3, norm=norm)
    msra_fill(conv)
    return conv
