"""Settings of ROIAlign over a pyramid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from det_plugin_parts.level_pooling_config import LevelPoolerConfig

if TYPE_CHECKING:
    from det_plugin_parts.roi_pooling import ROIAlignPooler

__all__ = ["ROIAlignPoolerConfig"]


@frozen(kw_only=True)
class ROIAlignPoolerConfig(LevelPoolerConfig):
    """Settings of :class:`ROIAlignPooler`."""

    sampling_ratio: int = field(default=0, validator=ge(0))
    """Samples per bin in each direction; 0: as many as the bin has feature-map cells, rounded up."""

    aligned: bool = True
    """Whether the half-pixel between a pixel's corner and its centre is taken into account; older models do not."""

    def build(self, *, strides: Sequence[int]) -> "ROIAlignPooler":
        from det_plugin_parts.roi_pooling import ROIAlignPooler

        return ROIAlignPooler(
            output_size=self.output_size,
            levels=self.build_levels(strides),
            sampling_ratio=self.sampling_ratio,
            aligned=self.aligned,
        )
