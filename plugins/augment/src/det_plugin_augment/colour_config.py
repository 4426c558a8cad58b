"""Settings of the random changes of colour."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge

from detcore.specs import AugmentationConfig, finite

if TYPE_CHECKING:
    from det_plugin_augment.colour import RandomBrightness, RandomContrast, RandomSaturation

__all__ = ["RandomBrightnessConfig", "RandomContrastConfig", "RandomSaturationConfig"]


@frozen(kw_only=True)
class _FactorConfig(AugmentationConfig):
    """The range a random factor is drawn from."""

    minimum: float = field(default=0.8, validator=and_(finite, ge(0)))
    """Smallest factor; 1 changes nothing."""

    maximum: float = field(default=1.2, validator=and_(finite, ge(0)))
    """Largest factor; above 1 there is more of it."""

    def __attrs_post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise ValueError(f"'minimum' ({self.minimum}) must not exceed 'maximum' ({self.maximum})")


@frozen(kw_only=True)
class RandomBrightnessConfig(_FactorConfig):
    """Makes the picture darker or brighter; factor 0 is black."""

    def build(self) -> "RandomBrightness":
        """The augmentation."""
        from det_plugin_augment.colour import RandomBrightness

        return RandomBrightness(minimum=self.minimum, maximum=self.maximum)


@frozen(kw_only=True)
class RandomContrastConfig(_FactorConfig):
    """Moves every pixel towards or away from the picture's mean; factor 0 is even grey."""

    def build(self) -> "RandomContrast":
        """The augmentation."""
        from det_plugin_augment.colour import RandomContrast

        return RandomContrast(minimum=self.minimum, maximum=self.maximum)


@frozen(kw_only=True)
class RandomSaturationConfig(_FactorConfig):
    """Makes colours paler or stronger; factor 0 is a black-and-white picture."""

    def build(self) -> "RandomSaturation":
        """The augmentation."""
        from det_plugin_augment.colour import RandomSaturation

        return RandomSaturation(minimum=self.minimum, maximum=self.maximum)
