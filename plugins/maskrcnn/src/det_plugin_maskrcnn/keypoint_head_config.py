"""Settings of the convolutional keypoint head."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, optional

from det_plugin_maskrcnn.interfaces import KeypointHeadConfig
from detcore.specs import finite

if TYPE_CHECKING:
    from det_plugin_maskrcnn.keypoint_head import ConvDeconvKeypointHead

__all__ = ["ConvDeconvKeypointHeadConfig"]


@frozen(kw_only=True)
class ConvDeconvKeypointHeadConfig(KeypointHeadConfig):
    """Settings of :class:`ConvDeconvKeypointHead`; the defaults are those of Keypoint R-CNN on a feature pyramid."""

    conv_dims: tuple[int, ...] = field(default=(512,) * 8, validator=deep_iterable(ge(1)))
    """Channels of the 3×3 convolutions."""

    loss_weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Factor of the loss."""

    static_normaliser: float | None = field(default=None, validator=optional(and_(finite, gt(0))))
    """What the loss is divided by for each picture; left out: the number of keypoints that a step learns from."""

    def build(self, *, channels: int) -> "ConvDeconvKeypointHead":
        from det_plugin_maskrcnn.keypoint_head import ConvDeconvKeypointHead

        return ConvDeconvKeypointHead(
            channels=channels,
            conv_dims=self.conv_dims,
            num_keypoints=self.num_keypoints,
            loss_weight=self.loss_weight,
            static_normaliser=self.static_normaliser,
        )
