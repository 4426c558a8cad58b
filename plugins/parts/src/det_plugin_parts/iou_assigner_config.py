"""Settings of assignment by overlap."""

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, in_, le

from det_plugin_parts.interfaces import AssignerConfig
from detcore.specs import not_empty

if TYPE_CHECKING:
    from det_plugin_parts.iou_assigner import IoUAssigner

__all__ = ["IoUAssignerConfig"]


@frozen(kw_only=True)
class IoUAssignerConfig(AssignerConfig):
    """Settings of :class:`IoUAssigner`; the defaults are those of a region proposal network."""

    thresholds: tuple[float, ...] = field(
        default=(0.3, 0.7), validator=and_(not_empty, deep_iterable(and_(ge(0), le(1))))
    )
    """Rising IoU values that separate the bands of ``labels``; a value belongs to the band above it."""

    labels: tuple[Literal[-1, 0, 1], ...] = field(
        default=(0, -1, 1), validator=and_(not_empty, deep_iterable(in_((-1, 0, 1))))
    )
    """What a box in each band learns, lowest band first: 1 its object, 0 background, -1 nothing."""

    allow_low_quality_matches: bool = True
    """Whether the boxes that overlap an object most learn it, however little that is."""

    def __attrs_post_init__(self) -> None:
        if len(self.labels) != len(self.thresholds) + 1:
            raise ValueError(
                f"{len(self.thresholds)} 'thresholds' separate {len(self.thresholds) + 1} 'labels': {self.labels}"
            )
        if not all(low < high for low, high in pairwise(self.thresholds)):
            raise ValueError(f"'thresholds' must rise: {self.thresholds}")
        if 0 not in self.labels:
            raise ValueError(f"'labels' must hold a 0, or nothing is ever learned as background: {self.labels}")
        if 1 not in self.labels and not self.allow_low_quality_matches:
            raise ValueError(f"'labels' must hold a 1, or no object is ever learned: {self.labels}")
        if [label for label in self.labels if label >= 0] != sorted(label for label in self.labels if label >= 0):
            raise ValueError(
                f"'labels' must not call a band background that overlaps more than one of 1: {self.labels}"
            )

    def build(self) -> "IoUAssigner":
        from det_plugin_parts.iou_assigner import IoUAssigner

        return IoUAssigner(
            thresholds=self.thresholds,
            labels=self.labels,
            allow_low_quality_matches=self.allow_low_quality_matches,
        )
