"""Settings of padding."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, le

from detcore.specs import AugmentationConfig, of_length

if TYPE_CHECKING:
    from det_plugin_augment.pad import Pad

__all__ = ["PadConfig"]


@frozen(kw_only=True)
class PadConfig(AugmentationConfig):
    """Enlarges a picture at its right and bottom, so that all of a batch have one size.

    Models pad their batches by themselves; this is for recipes whose pictures always have the same size.
    """

    size: tuple[int, int] = field(validator=and_(of_length(2), deep_iterable(ge(1))))
    """Height and width in pixels; a side that is longer already stays as it is."""

    value: int = field(default=128, validator=and_(ge(0), le(255)))
    """Brightness of what is added, in every channel."""

    def build(self) -> "Pad":
        """The augmentation."""
        from det_plugin_augment.pad import Pad

        return Pad(size=self.size, value=self.value)
