"""Settings of the random flip."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, ge, in_, le

from detcore.specs import AugmentationConfig

if TYPE_CHECKING:
    from det_plugin_augment.flip import RandomFlip

__all__ = ["RandomFlipConfig"]


@frozen(kw_only=True)
class RandomFlipConfig(AugmentationConfig):
    """Mirrors the picture, or not."""

    probability: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """How often the picture is mirrored."""

    direction: Literal["horizontal", "vertical"] = field(
        default="horizontal", validator=in_(("horizontal", "vertical"))
    )
    """``"horizontal"``: left and right change places; ``"vertical"``: top and bottom."""

    def build(self) -> "RandomFlip":
        """The augmentation."""
        from det_plugin_augment.flip import RandomFlip

        return RandomFlip(probability=self.probability, direction=self.direction)
