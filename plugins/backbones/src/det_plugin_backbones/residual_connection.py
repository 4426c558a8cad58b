"""How a residual block's input reaches its output: as it is where it fits, else through a 1×1 convolution."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_backbones.convolution import ConvNorm
from det_plugin_backbones.initialisation import msra_fill
from det_plugin_backbones.norms import NormLayer

__all__ = ["add_and_rectify", "fitting_projection"]

Maps = Float[Tensor, "image channel height width"]


def fitting_projection(in_channels: int, out_channels: int, *, stride: int, norm: NormLayer | None) -> ConvNorm | None:
    """What makes the input fit the output; ``None`` where it fits already."""
    if in_channels == out_channels and stride == 1:
        return None
    projection = ConvNorm(in_channels, out_channels, kernel_size=1, stride=stride, norm=norm)
    msra_fill(projection)
    return projection


def add_and_rectify(residual: Maps, x: Float[Tensor, "image _ _ _"], *, projection: ConvNorm | None) -> Maps:
    """The block's output from what its convolutions made of ``x``; overwrites ``residual``."""
    shortcut = x if projection is None else projection(x)
    # In place: a convolution's or a norm's own output is needed by nobody's backward pass. The shortcut's may be.
    return F.relu_(residual.add_(shortcut))
