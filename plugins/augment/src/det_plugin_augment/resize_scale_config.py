"""Settings of the resize to a share of a target size."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt

from detcore.specs import AugmentationConfig, finite, of_length

if TYPE_CHECKING:
    from det_plugin_augment.resize_scale import ResizeScale

__all__ = ["ResizeScaleConfig"]


@frozen(kw_only=True)
class ResizeScaleConfig(AugmentationConfig):
    """Fits the picture into a drawn multiple of a target size, keeping the aspect ratio.

    With scales from 0.1 to 2 this is large-scale jitter of Ghiasi et al. (2021), before a crop of the target size.
    """

    target: tuple[int, int] = field(default=(1024, 1024), validator=and_(of_length(2), deep_iterable(ge(1))))
    """Height and width in pixels that the picture fits into at scale 1."""

    min_scale: float = field(default=0.1, validator=and_(finite, gt(0)))
    """Smallest scale."""

    max_scale: float = field(default=2.0, validator=and_(finite, gt(0)))
    """Largest scale."""

    def __attrs_post_init__(self) -> None:
        if self.min_scale > self.max_scale:
            raise ValueError(f"'min_scale' ({self.min_scale}) must not exceed 'max_scale' ({self.max_scale})")

    def build(self) -> "ResizeScale":
        """The augmentation."""
        from det_plugin_augment.resize_scale import ResizeScale

        return ResizeScale(target=self.target, min_scale=self.min_scale, max_scale=self.max_scale)
