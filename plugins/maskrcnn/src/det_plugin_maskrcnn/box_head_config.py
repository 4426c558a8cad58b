"""Settings of the box head."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import deep_iterable, ge

from det_plugin_backbones import Norm
from det_plugin_maskrcnn.interfaces import BoxHeadConfig

if TYPE_CHECKING:
    from det_plugin_maskrcnn.box_head import ConvFCBoxHead

__all__ = ["ConvFCBoxHeadConfig"]


@frozen(kw_only=True)
class ConvFCBoxHeadConfig(BoxHeadConfig):
    """Settings of :class:`ConvFCBoxHead`; the defaults are those of Faster R-CNN on a feature pyramid."""

    conv_dims: tuple[int, ...] = field(default=(), validator=deep_iterable(ge(1)))
    """Channels of the 3×3 convolutions, which come first."""

    fc_dims: tuple[int, ...] = field(default=(1024, 1024), validator=deep_iterable(ge(1)))
    """Widths of the fully connected layers."""

    norm: Norm = field(default=Norm.NONE, converter=Norm)
    """What follows each convolution; without any there is nothing to follow."""

    def __attrs_post_init__(self) -> None:
        if not self.conv_dims and not self.fc_dims:
            raise ValueError("a box head needs at least one layer: 'conv_dims' and 'fc_dims' are both empty")
        if self.norm is not Norm.NONE and not self.conv_dims:
            raise ValueError(f"'norm' ({self.norm.value!r}) follows convolutions, but 'conv_dims' is empty")

    def out_features(self, *, channels: int, size: int) -> int:
        return self.fc_dims[-1] if self.fc_dims else self.conv_dims[-1] * size * size

    def build(self, *, channels: int, size: int) -> "ConvFCBoxHead":
        from det_plugin_backbones import norm_layer
        from det_plugin_maskrcnn.box_head import ConvFCBoxHead

        return ConvFCBoxHead(
            channels=channels,
            size=size,
            conv_dims=self.conv_dims,
            fc_dims=self.fc_dims,
            norm=norm_layer(self.norm),
        )
