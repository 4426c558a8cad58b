"""Anchors on a regular grid.

Faster R-CNN, section 3.1.1: https://arxiv.org/abs/1506.01497
Feature Pyramid Networks, section 4.1 (one size per level): https://arxiv.org/abs/1612.03144
Differs from the papers' own code, as later implementations do: corners are not rounded to whole pixels.
"""

from collections.abc import Sequence
from math import sqrt

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_parts.components import AnchorGenerator

__all__ = ["GridAnchors", "cell_anchors"]


class GridAnchors(AnchorGenerator):
    """The same few anchors around every position of a feature map, at ``(index + offset) · stride``.

    They cover the whole feature map, also where it lies over padding.
    """

    def __init__(
        self,
        *,
        sizes: Sequence[Sequence[float]],
        aspect_ratios: Sequence[Sequence[float]],
        strides: Sequence[int],
        offset: float,
    ) -> None:
        super().__init__()
        if not len(sizes) == len(aspect_ratios) == len(strides):
            raise ValueError(
                f"anchor sizes for {len(sizes)} levels and aspect ratios for {len(aspect_ratios)}, "
                f"but there are {len(strides)} strides: {list(strides)}"
            )
        self.strides = tuple(strides)
        self.offset = offset
        self.num_anchors = tuple(len(s) * len(r) for s, r in zip(sizes, aspect_ratios, strict=True))
        for level, (s, r) in enumerate(zip(sizes, aspect_ratios, strict=True)):
            # A buffer, to follow the model to its device; not persistent, because checkpoints do not hold anchors.
            self.register_buffer(f"cell{level}", cell_anchors(s, r), persistent=False)

    def forward(self, maps: Sequence[Float[Tensor, "image channel _ _"]]) -> list[Float[Tensor, "_ 4"]]:
        return [
            self._level(self.get_buffer(f"cell{level}"), stride, feature_map)
            for level, (stride, feature_map) in enumerate(zip(self.strides, maps, strict=True))
        ]

    def _level(self, cell: Tensor, stride: int, feature_map: Tensor) -> Tensor:
        height, width = feature_map.shape[-2:]
        xs = self._centres(width, stride, cell.device)
        ys = self._centres(height, stride, cell.device)
        y, x = torch.meshgrid(ys, xs, indexing="ij")
        centres = torch.stack([x, y, x, y], dim=-1)
        return (centres[:, :, None] + cell).reshape(-1, 4)

    def _centres(self, count: int, stride: int, device: torch.device) -> Tensor:
        return (torch.arange(count, dtype=torch.float32, device=device) + self.offset) * stride


def cell_anchors(sizes: Sequence[float], aspect_ratios: Sequence[float]) -> Float[Tensor, "anchor 4"]:
    """Anchors around the origin, size by size and, within a size, ratio (height / width) by ratio."""
    halves = [(size / sqrt(ratio) / 2, size * sqrt(ratio) / 2) for size in sizes for ratio in aspect_ratios]
    return torch.tensor([(-x, -y, x, y) for x, y in halves], dtype=torch.float32)
