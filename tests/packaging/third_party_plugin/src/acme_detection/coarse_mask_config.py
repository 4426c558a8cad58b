"""Settings of the mask head ``acme-coarse``."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from det_plugin_maskrcnn import MaskHeadConfig
from detcore.specs import Shapes

if TYPE_CHECKING:
    from acme_detection.coarse_mask import CoarseMaskHead


@frozen(kw_only=True)
class CoarseMaskHeadConfig(MaskHeadConfig):
    """A mask of a few places, from the mean of a box's features."""

    side: int = field(default=7, validator=ge(1))
    """Height and width of a mask."""

    def mask_size(self, *, size: int) -> int:
        return self.side

    def build(self, *, channels: int, size: int, shapes: Shapes, num_classes: int) -> "CoarseMaskHead":
        from acme_detection.coarse_mask import CoarseMaskHead

        return CoarseMaskHead(channels=channels, side=self.side, num_classes=num_classes)
