"""Settings of the grid of points over a box."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge

from det_plugin_parts.interfaces import ROIPoolerConfig
from detcore.specs import Problem, distinct, not_empty

if TYPE_CHECKING:
    from det_plugin_parts.point_grid_pooling import PointGridPooler

__all__ = ["PointGridPoolerConfig"]


@frozen(kw_only=True)
class PointGridPoolerConfig(ROIPoolerConfig):
    """Settings of :class:`PointGridPooler`."""

    levels: tuple[int, ...] = field(default=(0,), validator=and_(not_empty, distinct, deep_iterable(ge(0))))
    """Positions of the feature maps to sample, among those pooled from; their channels are laid end to end."""

    def check(self, strides: Sequence[int]) -> list[Problem]:
        return [
            Problem(f"there is no feature map {level}, only 0 to {len(strides) - 1}", ("levels", position))
            for position, level in enumerate(self.levels)
            if level >= len(strides)
        ]

    def pooled_channels(self, channels: int) -> int:
        return channels * len(self.levels)

    def build(self, *, strides: Sequence[int]) -> "PointGridPooler":
        from det_plugin_parts.point_grid_pooling import PointGridPooler

        return PointGridPooler(output_size=self.output_size, strides=strides, levels=self.levels)
