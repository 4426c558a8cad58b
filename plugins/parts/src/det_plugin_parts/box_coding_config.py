"""Settings of box coding."""

from math import log
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, gt

from det_plugin_parts.interfaces import BoxCoderConfig
from detcore.specs import finite, of_length

if TYPE_CHECKING:
    from det_plugin_parts.box_coding import DeltaBoxCoder

__all__ = ["DeltaBoxCoderConfig"]


@frozen(kw_only=True)
class DeltaBoxCoderConfig(BoxCoderConfig):
    """Settings of :class:`DeltaBoxCoder`."""

    weights: tuple[float, float, float, float] = field(
        default=(1.0, 1.0, 1.0, 1.0), validator=and_(of_length(4), deep_iterable(and_(finite, gt(0))))
    )
    """Factors of the shift in x and y and of the logarithms of width and height."""

    scale_clamp: float = field(default=log(1000.0 / 16), validator=and_(finite, gt(0)))
    """Largest logarithm of growth when decoding, so that a wild prediction stays finite."""

    def build(self) -> "DeltaBoxCoder":
        from det_plugin_parts.box_coding import DeltaBoxCoder

        return DeltaBoxCoder(weights=self.weights, scale_clamp=self.scale_clamp)
