"""Settings of the plain vision transformer."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, lt

from detcore.specs import BackboneConfig, FeatureShape, Shapes, distinct, finite, not_empty

if TYPE_CHECKING:
    from det_plugin_backbones.transformer_block import TransformerBlock
    from detcore.interfaces import Backbone

__all__ = ["ViTConfig"]


@frozen(kw_only=True)
class ViTConfig(BackboneConfig):
    """Vision transformer of Dosovitskiy et al. (2020) with windows, as ViTDet has it; the defaults are ViT-B's."""

    patch_size: int = field(default=16, validator=ge(1))
    """Side of a patch in pixels: the stride of the map."""

    embed_dim: int = field(default=768, validator=ge(1))
    """Channels of a patch: 768, 1024 and 1280 in ViT-B, L and H."""

    depth: int = field(default=12, validator=ge(1))
    """Blocks: 12, 24 and 32 in ViT-B, L and H."""

    num_heads: int = field(default=12, validator=ge(1))
    """Heads of every attention: 12, 16 and 16 in ViT-B, L and H."""

    mlp_ratio: float = field(default=4.0, validator=and_(gt(0), finite))
    """Hidden channels of a block's perceptron, in multiples of ``embed_dim``."""

    qkv_bias: bool = True
    """Queries, keys and values have a bias."""

    drop_path_rate: float = field(default=0.1, validator=and_(ge(0), lt(1)))
    """How often training skips the last block; the first never, the rate grows evenly: 0.1, 0.4, 0.5 in B, L, H."""

    window_size: int = field(default=14, validator=ge(1))
    """Side of the windows, in patches."""

    global_blocks: tuple[int, ...] = field(default=(2, 5, 8, 11), validator=and_(distinct, deep_iterable(ge(0))))
    """Blocks, counted from 0, whose attention sees the whole map; that of all others sees a window."""

    residual_blocks: tuple[int, ...] = field(default=(), validator=and_(distinct, deep_iterable(ge(0))))
    """Blocks, counted from 0, that end with convolutions, another way to look beyond a window."""

    use_relative_positions: bool = True
    """Attention also depends on the distance between patches."""

    image_side: int = field(default=1024, validator=ge(1))
    """Side, in pixels, of the pictures for which the blocks that see the whole map learn distances."""

    use_absolute_positions: bool = True
    """Every patch is told where it is."""

    pretraining_side: int = field(default=224, validator=ge(1))
    """Side, in pixels, of the pictures for which absolute positions are learned; they are stretched for others."""

    has_class_position: bool = True
    """The weights hold an absolute position of the classifier's token too, which is not used."""

    out_feature: str = field(default="last_feat", validator=not_empty)
    """Name of the map that is returned."""

    def __attrs_post_init__(self) -> None:
        if self.embed_dim % self.num_heads:
            raise ValueError(f"'embed_dim' ({self.embed_dim}) must be a multiple of 'num_heads' ({self.num_heads})")
        for name in ("global_blocks", "residual_blocks"):
            beyond = [index for index in getattr(self, name) if index >= self.depth]
            if beyond:
                raise ValueError(f"'{name}' must count from 0 to {self.depth - 1}, the last of 'depth', not {beyond}")
        if min(self.image_side, self.pretraining_side) < self.patch_size:
            raise ValueError(
                f"'image_side' ({self.image_side}) and 'pretraining_side' ({self.pretraining_side}) must be at least"
                f" 'patch_size' ({self.patch_size})"
            )

    @property
    def size_divisibility(self) -> int:
        """Patches are whole."""
        return self.patch_size

    def output_shapes(self) -> Shapes:
        return {self.out_feature: FeatureShape(channels=self.embed_dim, stride=self.patch_size)}

    def build(self) -> "Backbone":
        from det_plugin_backbones.vit import ViT

        return ViT(
            patch_size=self.patch_size,
            channels=self.embed_dim,
            num_positions=self._num_positions if self.use_absolute_positions else None,
            has_class_position=self.has_class_position,
            blocks=[self._block(index) for index in range(self.depth)],
            out_feature=self.out_feature,
        )

    def _block(self, index: int) -> "TransformerBlock":
        from det_plugin_backbones.attention import Attention
        from det_plugin_backbones.transformer_block import ConvolutionalBlock, TransformerBlock

        window_size = None if index in self.global_blocks else self.window_size
        position_side = window_size or self.image_side // self.patch_size
        return TransformerBlock(
            channels=self.embed_dim,
            attention=Attention(
                channels=self.embed_dim,
                num_heads=self.num_heads,
                qkv_bias=self.qkv_bias,
                position_side=position_side if self.use_relative_positions else None,
            ),
            hidden_channels=int(self.embed_dim * self.mlp_ratio),
            window_size=window_size,
            drop_path=self.drop_path_rate * index / max(self.depth - 1, 1),
            residual=ConvolutionalBlock(channels=self.embed_dim) if index in self.residual_blocks else None,
        )

    @property
    def _num_positions(self) -> int:
        return (self.pretraining_side // self.patch_size) ** 2 + int(self.has_class_position)
