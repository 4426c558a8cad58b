"""Feature pyramid: every level with the resolution of its stage and the meaning of the coarsest.

Feature Pyramid Networks for Object Detection: https://arxiv.org/abs/1612.03144
"""

from typing import Literal

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_backbones.convolution import ConvNorm
from det_plugin_backbones.initialisation import xavier_fill
from det_plugin_backbones.norms import NormLayer
from det_plugin_backbones.pyramid_level import level_of
from det_plugin_backbones.top_block import TopBlock
from detcore.interfaces import Backbone
from detcore.specs import Shapes

__all__ = ["FPN"]


class FPN(Backbone):
    """A trunk, lateral 1×1 convolutions, a top-down path, and a 3×3 convolution per level.

    A level is named after its stride: ``p2`` has stride 4, ``p5`` has 32. ``laterals`` are the trunk's maps that the
    pyramid is made from, finest first, each with twice the stride of the one before. ``top_feature`` names the map that
    ``top_block`` starts from: a level of the pyramid or a map of the trunk.
    """

    def __init__(
        self,
        *,
        bottom_up: Backbone,
        laterals: Shapes,
        out_channels: int,
        norm: NormLayer | None,
        fuse: Literal["sum", "average"],
        top_block: TopBlock,
        top_feature: str,
    ) -> None:
        super().__init__()
        self.levels = {name: level_of(shape) for name, shape in laterals.items()}
        for name, level in self.levels.items():
            lateral = ConvNorm(laterals[name].channels, out_channels, kernel_size=1, norm=norm)
            output = ConvNorm(out_channels, out_channels, kernel_size=3, norm=norm)
            xavier_fill(lateral)
            xavier_fill(output)
            self.add_module(f"fpn_lateral{level}", lateral)
            self.add_module(f"fpn_output{level}", output)
        self.fuse = fuse
        self.top_block = top_block
        self.top_feature = top_feature
        self.bottom_up = bottom_up

    def forward(self, images: Float[Tensor, "image channel height width"]) -> dict[str, Tensor]:
        trunk = self.bottom_up(images)
        merged = self._top_down(trunk)
        pyramid = {f"p{level}": self.get_submodule(f"fpn_output{level}")(merged[level]) for level in sorted(merged)}
        return pyramid | self._top(trunk | pyramid)

    def _top_down(self, trunk: dict[str, Tensor]) -> dict[int, Tensor]:
        """Laterals by level, each with the upsampled coarser one added."""
        merged: dict[int, Tensor] = {}
        for name, level in reversed(self.levels.items()):
            lateral = self.get_submodule(f"fpn_lateral{level}")(trunk[name])
            merged[level] = self._merge(lateral, merged[level + 1]) if merged else lateral
        return merged

    def _merge(self, lateral: Tensor, coarser: Tensor) -> Tensor:
        # In place: nothing else needs what the lateral convolution returned.
        merged = lateral.add_(F.interpolate(coarser, size=lateral.shape[-2:], mode="nearest"))
        return merged.mul_(0.5) if self.fuse == "average" else merged

    def _top(self, maps: dict[str, Tensor]) -> dict[str, Tensor]:
        first = max(self.levels.values()) + 1
        return {f"p{level}": x for level, x in enumerate(self.top_block(maps[self.top_feature]), start=first)}
