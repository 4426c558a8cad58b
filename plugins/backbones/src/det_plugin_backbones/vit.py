"""The plain vision transformer as a backbone: one map, of one size from the first block to the last.

An Image is Worth 16x16 Words: https://arxiv.org/abs/2010.11929
Exploring Plain Vision Transformer Backbones (ViTDet): https://arxiv.org/abs/2203.16527
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from det_plugin_backbones.absolute_positioning import absolute_positions
from det_plugin_backbones.blocks import PICTURE_CHANNELS
from detcore.interfaces import Backbone

__all__ = ["PatchEmbedding", "ViT"]

INITIAL_DEVIATION = 0.02
"""Of fresh weights and positions, cut off at two units: as in BERT and the published models."""


class PatchEmbedding(nn.Module):
    """Every square of pixels as one vector."""

    def __init__(self, *, patch_size: int, channels: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(PICTURE_CHANNELS, channels, kernel_size=patch_size, stride=patch_size)

    def forward(self, images: Float[Tensor, "image 3 _ _"]) -> Float[Tensor, "image height width channel"]:
        patches: Tensor = self.proj(images)
        return patches.permute(0, 2, 3, 1)


class ViT(Backbone):
    """Patches, their positions, then blocks; the last block's map is the output.

    ``num_positions`` counts the learned absolute positions, a square of them (and one more with
    ``has_class_position``); ``None``: there are none.
    """

    def __init__(
        self,
        *,
        patch_size: int,
        channels: int,
        num_positions: int | None,
        has_class_position: bool,
        blocks: Sequence[nn.Module],
        out_feature: str,
    ) -> None:
        super().__init__()
        self.has_class_position = has_class_position
        self.out_feature = out_feature
        self.pos_embed = None if num_positions is None else nn.Parameter(torch.zeros(1, num_positions, channels))
        self.patch_embed = PatchEmbedding(patch_size=patch_size, channels=channels)
        self.blocks = nn.ModuleList(blocks)
        self._fill()

    def forward(self, images: Float[Tensor, "image channel height width"]) -> dict[str, Tensor]:
        x = self._placed(self.patch_embed(images))
        for block in self.blocks:
            x = block(x)
        return {self.out_feature: x.permute(0, 3, 1, 2)}

    def _placed(self, x: Tensor) -> Tensor:
        if self.pos_embed is None:
            return x
        size = (x.shape[1], x.shape[2])
        return x + absolute_positions(self.pos_embed, has_class_position=self.has_class_position, size=size)

    def _fill(self) -> None:
        if self.pos_embed is not None:
            nn.init.trunc_normal_(self.pos_embed, std=INITIAL_DEVIATION)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.trunc_normal_(layer.weight, std=INITIAL_DEVIATION)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
