"""Feature pyramid from one map: every level is made from it alone, by scaling it up or down.

Exploring Plain Vision Transformer Backbones (ViTDet), section 3: https://arxiv.org/abs/2203.16527
"""

from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.convolution import ConvNorm
from det_plugin_backbones.norms import NormLayer
from det_plugin_backbones.top_block import TopBlock
from detcore.interfaces import Backbone

__all__ = ["SimpleFeaturePyramid", "scaled_level"]


class SimpleFeaturePyramid(Backbone):
    """A trunk, then for every level the modules that make it from the trunk's map, finest first.

    A level is named after its stride: ``p2`` has stride 4, ``p5`` has 32. ``top_feature`` names the map that
    ``top_block`` starts from: a level of the pyramid or a map of the trunk.
    """

    def __init__(
        self,
        *,
        net: Backbone,
        in_feature: str,
        levels: Mapping[int, nn.Module],
        top_block: TopBlock,
        top_feature: str,
    ) -> None:
        super().__init__()
        for level, layers in levels.items():
            self.add_module(f"simfp_{level}", layers)
        self.levels = tuple(levels)
        self.net = net
        self.in_feature = in_feature
        self.top_block = top_block
        self.top_feature = top_feature

    def forward(self, images: Float[Tensor, "image channel height width"]) -> dict[str, Tensor]:
        trunk = self.net(images)
        x = trunk[self.in_feature]
        pyramid = {f"p{level}": self.get_submodule(f"simfp_{level}")(x) for level in self.levels}
        return pyramid | self._top(trunk | pyramid)

    def _top(self, maps: dict[str, Tensor]) -> dict[str, Tensor]:
        first = max(self.levels) + 1
        return {f"p{level}": x for level, x in enumerate(self.top_block(maps[self.top_feature]), start=first)}


def scaled_level(*, scale: float, in_channels: int, out_channels: int, norm: NormLayer | None) -> nn.Sequential:
    """What makes a level of ``scale`` times the height and width of its map: 4, 2, 1 or 0.5."""
    scaling, channels = _scaling(scale, in_channels, norm)
    return nn.Sequential(
        *scaling,
        ConvNorm(channels, out_channels, kernel_size=1, norm=norm),
        ConvNorm(out_channels, out_channels, kernel_size=3, norm=norm),
    )


def _scaling(scale: float, channels: int, norm: NormLayer | None) -> tuple[list[nn.Module], int]:
    """Modules that scale a map, and how many channels they return."""
    if scale == 4:
        half = nn.Identity() if norm is None else norm(channels // 2)
        return [_doubling(channels), half, nn.GELU(), _doubling(channels // 2)], channels // 4
    if scale == 2:
        return [_doubling(channels)], channels // 2
    if scale == 1:
        return [], channels
    return [nn.MaxPool2d(kernel_size=2, stride=2)], channels


def _doubling(channels: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(channels, channels // 2, kernel_size=2, stride=2)
