"""What the settings of every architecture over one backbone have in common."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import deep_iterable, gt

from detcore.specs import ArchitectureConfig, BackboneConfig

if TYPE_CHECKING:
    from det_plugin_parts.picture_batching import PictureBatching

__all__ = ["PictureModelConfig"]


@frozen(kw_only=True)
class PictureModelConfig(ArchitectureConfig):
    """A backbone and the pictures it takes; the defaults are those of models trained by MSRA."""

    backbone: BackboneConfig
    """Pictures to feature maps."""

    pixel_mean: tuple[float, float, float] = (103.53, 116.28, 123.675)
    """Subtracted from each channel, in ``channel_order``; pixels are 0 to 255."""

    pixel_std: tuple[float, float, float] = field(default=(1.0, 1.0, 1.0), validator=deep_iterable(gt(0)))
    """Divides each channel afterwards; 1 suits backbones trained by MSRA, which have it in their first weights."""

    channel_order: Literal["BGR", "RGB"] = "BGR"
    """The order in which the network takes a picture's channels."""

    def build_batching(self) -> "PictureBatching":
        """What makes a batch of pictures as the backbone takes it."""
        from det_plugin_parts.picture_batching import PictureBatching

        return PictureBatching(
            pixel_mean=self.pixel_mean,
            pixel_std=self.pixel_std,
            size_divisibility=self.backbone.size_divisibility,
            square_side=self.backbone.square_side,
        )
