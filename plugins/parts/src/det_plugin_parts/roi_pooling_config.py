"""Settings of ROIAlign over a pyramid."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge, gt

from det_plugin_parts.interfaces import ROIPoolerConfig
from detcore.specs import Problem

if TYPE_CHECKING:
    from det_plugin_parts.roi_pooling import ROIAlignPooler

__all__ = ["ROIAlignPoolerConfig"]


@frozen(kw_only=True)
class ROIAlignPoolerConfig(ROIPoolerConfig):
    """Settings of :class:`ROIAlignPooler`."""

    sampling_ratio: int = field(default=0, validator=ge(0))
    """Samples per bin in each direction; 0: as many as the bin has feature-map cells, rounded up."""

    aligned: bool = True
    """Whether the half-pixel between a pixel's corner and its centre is taken into account; older models do not."""

    canonical_box_size: float = field(default=224.0, validator=gt(0))
    """Square root of the area, in pixels, of the boxes that are pooled from the canonical level."""

    canonical_level: int = field(default=4, validator=ge(0))
    """Logarithm to base 2 of the canonical level's stride."""

    def check(self, strides: Sequence[int]) -> list[Problem]:
        if all(2 * fine == coarse for fine, coarse in pairwise(strides)) and all(_is_power_of_two(s) for s in strides):
            return []
        return [
            Problem(f"pools from strides that are powers of two and double from level to level, not {list(strides)}")
        ]

    def build(self, *, strides: Sequence[int]) -> "ROIAlignPooler":
        from det_plugin_parts.roi_pooling import ROIAlignPooler

        return ROIAlignPooler(
            output_size=self.output_size,
            strides=strides,
            sampling_ratio=self.sampling_ratio,
            aligned=self.aligned,
            canonical_box_size=self.canonical_box_size,
            canonical_level=self.canonical_level,
        )


def _is_power_of_two(number: int) -> bool:
    return number.bit_count() == 1
