"""Levels on top of a pyramid."""

from abc import ABC, abstractmethod

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.initialisation import xavier_fill

__all__ = ["MaxPoolTopBlock", "NoTopBlock", "P6P7TopBlock", "TopBlock"]


class TopBlock(nn.Module, ABC):
    """One map to coarser ones."""

    @abstractmethod
    def forward(self, x: Float[Tensor, "image channel height width"]) -> list[Tensor]:
        """The added levels, finest first, each with half the height and width (rounded up) of the one before."""


class NoTopBlock(TopBlock):
    """No level."""

    def forward(self, x: Float[Tensor, "image channel height width"]) -> list[Tensor]:
        return []


class MaxPoolTopBlock(TopBlock):
    """Every second pixel: a max pool of size 1 and stride 2. Feature Pyramid Networks, section 4.1, footnote."""

    def forward(self, x: Float[Tensor, "image channel height width"]) -> list[Tensor]:
        # By index, because torch 2.11 exports a pool either for odd or for even sizes, and a slice, whose steps in
        # memory it compares, either for sizes that are a multiple of 64 or for others. In the order of `x`, as a pool
        # would leave it, because what comes next computes in other steps in another order.
        order = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format
        rows, columns = (torch.arange(0, x.shape[axis], 2, device=x.device) for axis in (2, 3))
        return [x.index_select(2, rows).index_select(3, columns).contiguous(memory_format=order)]


class P6P7TopBlock(TopBlock):
    """Two 3×3 convolutions with stride 2 and a ReLU between them. RetinaNet: https://arxiv.org/abs/1708.02002."""

    def __init__(self, *, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.p6 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=2, padding=1)
        self.p7 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=2, padding=1)
        xavier_fill(self.p6)
        xavier_fill(self.p7)

    def forward(self, x: Float[Tensor, "image channel height width"]) -> list[Tensor]:
        p6 = self.p6(x)
        return [p6, self.p7(F.relu(p6))]
