"""Settings of assignment by overlap."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_dense.interfaces import DenseAssignerConfig
from det_plugin_parts import AssignerConfig, IoUAssignerConfig

if TYPE_CHECKING:
    from det_plugin_dense.overlap_assigner import OverlapAssigner

__all__ = ["OverlapAssignerConfig"]


@frozen(kw_only=True)
class OverlapAssignerConfig(DenseAssignerConfig):
    """Settings of :class:`OverlapAssigner`; the defaults are those of RetinaNet."""

    assigner: AssignerConfig = field(
        factory=lambda: IoUAssignerConfig(thresholds=(0.4, 0.5), labels=(0, -1, 1), allow_low_quality_matches=True)
    )
    """Overlaps to objects."""

    def build(self) -> "OverlapAssigner":
        from det_plugin_dense.overlap_assigner import OverlapAssigner

        return OverlapAssigner(assigner=self.assigner.build())
