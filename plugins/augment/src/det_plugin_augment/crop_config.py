"""Settings of the random crop."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, gt, in_

from detcore.specs import AugmentationConfig, finite, of_length

if TYPE_CHECKING:
    from det_plugin_augment.crop import RandomCrop

__all__ = ["RandomCropConfig"]

_MODES = ("relative", "relative-range", "absolute", "absolute-range")


@frozen(kw_only=True)
class RandomCropConfig(AugmentationConfig):
    """Cuts a window out of the picture; objects outside it are gone, those on its border are clipped."""

    size: tuple[float, float] = field(validator=and_(of_length(2), deep_iterable(and_(finite, gt(0)))))
    """Two numbers whose meaning ``mode`` decides."""

    mode: Literal["relative", "relative-range", "absolute", "absolute-range"] = field(
        default="relative-range", validator=in_(_MODES)
    )
    """``"relative"``: height and width as fractions of the picture's. ``"relative-range"``: each drawn between its
    fraction and 1. ``"absolute"``: height and width in pixels, or the whole side where the picture is smaller.
    ``"absolute-range"``: height and width in pixels, each drawn between the two numbers."""

    around_object: bool = False
    """The window holds the centre of an object drawn at random, so that fewer crops are empty."""

    def __attrs_post_init__(self) -> None:
        if self.mode.startswith("relative") and not all(0 < side <= 1 for side in self.size):
            raise ValueError(f"with mode = {self.mode!r}, 'size' must lie in (0, 1], not be {list(self.size)}")
        if self.mode.startswith("absolute") and not all(side >= 1 and side == int(side) for side in self.size):
            raise ValueError(f"with mode = {self.mode!r}, 'size' must be whole pixels, not {list(self.size)}")
        if self.mode == "absolute-range" and self.size[0] > self.size[1]:
            raise ValueError(f"with mode = 'absolute-range', 'size' must ascend, not be {list(self.size)}")

    def build(self) -> "RandomCrop":
        """The augmentation."""
        from det_plugin_augment.crop import RandomCrop

        return RandomCrop(size=self.size, mode=self.mode, around_object=self.around_object)
