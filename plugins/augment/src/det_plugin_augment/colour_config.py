"""Settings of the random changes of colour."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import AugmentationConfig

if TYPE_CHECKING:
    from det_plugin_augment.colour import RandomBrightness, RandomContrast, RandomSaturation

__all__ = ["RandomBrightnessConfig", "RandomContrastConfig", "RandomSaturationConfig"]


@frozen(kw_only=True)
class RandomBrightnessConfig(AugmentationConfig):
    """Makes the picture darker or brighter."""

    minimum: float = field(default=0.8, validator=ge(0))
    """Smallest factor; 0 is black, 1 changes nothing."""

    maximum: float = field(default=1.2, validator=ge(0))
    """Largest factor; above 1 is brighter."""

    def __attrs_post_init__(self) -> None:
        _check_range(self.minimum, self.maximum)

    def build(self) -> "RandomBrightness":
        """The augmentation."""
        from det_plugin_augment.colour import RandomBrightness

        return RandomBrightness(minimum=self.minimum, maximum=self.maximum)


@frozen(kw_only=True)
class RandomContrastConfig(AugmentationConfig):
    """Moves every pixel towards or away from the picture's mean."""

    minimum: float = field(default=0.8, validator=ge(0))
    """Smallest factor; 0 is even grey, 1 changes nothing."""

    maximum: float = field(default=1.2, validator=ge(0))
    """Largest factor; above 1 has more contrast."""

    def __attrs_post_init__(self) -> None:
        _check_range(self.minimum, self.maximum)

    def build(self) -> "RandomContrast":
        """The augmentation."""
        from det_plugin_augment.colour import RandomContrast

        return RandomContrast(minimum=self.minimum, maximum=self.maximum)


@frozen(kw_only=True)
class RandomSaturationConfig(AugmentationConfig):
    """Makes colours paler or stronger."""

    minimum: float = field(default=0.8, validator=ge(0))
    """Smallest factor; 0 is a black-and-white picture, 1 changes nothing."""

    maximum: float = field(default=1.2, validator=ge(0))
    """Largest factor; above 1 has stronger colours."""

    def __attrs_post_init__(self) -> None:
        _check_range(self.minimum, self.maximum)

    def build(self) -> "RandomSaturation":
        """The augmentation."""
        from det_plugin_augment.colour import RandomSaturation

        return RandomSaturation(minimum=self.minimum, maximum=self.maximum)


def _check_range(minimum: float, maximum: float) -> None:
    if minimum > maximum:
        raise ValueError(f"'minimum' ({minimum}) must not exceed 'maximum' ({maximum})")
