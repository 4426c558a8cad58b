"""Settings of the convolutional mask head."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge

from det_plugin_backbones import Norm
from det_plugin_maskrcnn.interfaces import MaskHeadConfig
from detcore.specs import Shapes, finite

if TYPE_CHECKING:
    from det_plugin_maskrcnn.mask_head import FCNMaskHead

__all__ = ["FCNMaskHeadConfig"]


@frozen(kw_only=True)
class FCNMaskHeadConfig(MaskHeadConfig):
    """Settings of :class:`FCNMaskHead`; the defaults are those of Mask R-CNN on a feature pyramid."""

    conv_dims: tuple[int, ...] = field(default=(256, 256, 256, 256), validator=deep_iterable(ge(1)))
    """Channels of the 3×3 convolutions."""

    deconv_dim: int = field(default=256, validator=ge(1))
    """Channels of the deconvolution that doubles the resolution."""

    norm: Norm = field(default=Norm.NONE, converter=Norm)
    """What follows each convolution; without any there is nothing to follow."""

    class_agnostic: bool = False
    """Whether one mask serves all classes."""

    loss_weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Factor of the loss."""

    def __attrs_post_init__(self) -> None:
        if self.norm is not Norm.NONE and not self.conv_dims:
            raise ValueError(f"'norm' ({self.norm.value!r}) follows convolutions, but 'conv_dims' is empty")

    def mask_size(self, *, size: int) -> int:
        return 2 * size

    def build(self, *, channels: int, size: int, shapes: Shapes, num_classes: int) -> "FCNMaskHead":
        from det_plugin_backbones import norm_layer
        from det_plugin_maskrcnn.mask_head import FCNMaskHead

        return FCNMaskHead(
            channels=channels,
            conv_dims=self.conv_dims,
            deconv_dim=self.deconv_dim,
            norm=norm_layer(self.norm),
            num_classes=1 if self.class_agnostic else num_classes,
            loss_weight=self.loss_weight,
        )
