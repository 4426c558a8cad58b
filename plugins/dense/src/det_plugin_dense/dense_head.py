"""The small network that a dense detector slides over every level.

Focal Loss for Dense Object Detection, section 4: https://arxiv.org/abs/1708.02002
FCOS, section 3.3 (centreness): https://arxiv.org/abs/1904.01355
"""

from collections.abc import Sequence
from itertools import pairwise
from math import log

from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones import NormLayer
from det_plugin_dense.components import DenseMaps
from det_plugin_dense.level_norms import LevelNorms

__all__ = ["DenseHead"]

Map = Float[Tensor, "image _ _ _"]


class DenseHead(nn.Module):
    """Two towers of 3×3 convolutions, shared by all levels: one ends in classes, one in boxes and centreness.

    ``levels_apart`` is the number of levels whose norms keep statistics of their own; 0: one norm serves all.
    """

    def __init__(
        self,
        *,
        in_channels: int,
        conv_dims: Sequence[int],
        norm: NormLayer | None,
        levels_apart: int,
        num_anchors: int,
        num_classes: int,
        has_centreness: bool,
        prior: float,
    ) -> None:
        super().__init__()
        dims = [in_channels, *conv_dims]
        self.cls_subnet = _tower(dims, norm, levels_apart)
        self.bbox_subnet = _tower(dims, norm, levels_apart)
        self.cls_score = _convolution(dims[-1], num_anchors * num_classes)
        self.bbox_pred = _convolution(dims[-1], num_anchors * 4)
        self.ctrness = _convolution(dims[-1], num_anchors) if has_centreness else None
        nn.init.constant_(self.cls_score.bias, -log((1 - prior) / prior))  # type: ignore[arg-type]  # has a bias

    def forward(self, maps: Sequence[Map]) -> DenseMaps:
        """Predictions of each level, as maps."""
        classes = [_through(self.cls_subnet, x, level) for level, x in enumerate(maps)]
        boxes = [_through(self.bbox_subnet, x, level) for level, x in enumerate(maps)]
        return DenseMaps(
            logits=[self.cls_score(x) for x in classes],
            deltas=[self.bbox_pred(x) for x in boxes],
            centreness=None if self.ctrness is None else [self.ctrness(x) for x in boxes],
        )


def _tower(dims: Sequence[int], norm: NormLayer | None, levels_apart: int) -> nn.Sequential:
    tower = nn.Sequential()
    for inputs, outputs in pairwise(dims):
        tower.append(_convolution(inputs, outputs))
        if norm is not None:
            tower.append(_norm(norm, outputs, levels_apart))
        tower.append(nn.ReLU())
    return tower


def _norm(norm: NormLayer, channels: int, levels_apart: int) -> nn.Module:
    if levels_apart == 0:
        return norm(channels)
    return LevelNorms([norm(channels) for _ in range(levels_apart)], channels=channels)


def _through(tower: nn.Sequential, x: Tensor, level: int) -> Tensor:
    for layer in tower:
        x = layer(x, level) if isinstance(layer, LevelNorms) else layer(x)
    return x


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1)
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # built with a bias above
    return layer
