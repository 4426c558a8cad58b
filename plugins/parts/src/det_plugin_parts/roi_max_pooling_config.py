"""Settings of ROIPool over a pyramid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_parts.level_pooling_config import LevelPoolerConfig

if TYPE_CHECKING:
    from det_plugin_parts.roi_max_pooling import ROIMaxPooler

__all__ = ["ROIMaxPoolerConfig"]


@frozen(kw_only=True)
class ROIMaxPoolerConfig(LevelPoolerConfig):
    """Settings of :class:`ROIMaxPooler`."""

    def build(self, *, strides: Sequence[int]) -> "ROIMaxPooler":
        from det_plugin_parts.roi_max_pooling import ROIMaxPooler

        return ROIMaxPooler(output_size=self.output_size, levels=self.build_levels(strides))
