"""Settings of the evaluator ``panoptic-quality``."""

from typing import TYPE_CHECKING

from attrs import frozen

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds

if TYPE_CHECKING:
    from det_plugin_panoptic.panoptic_quality import PanopticQuality

__all__ = ["PanopticQualityConfig"]


@frozen(kw_only=True)
class PanopticQualityConfig(EvaluatorConfig):
    """Panoptic, segmentation and recognition quality (PQ, SQ, RQ), of all, of things and of stuff, in percent."""

    def needs(self) -> EvaluatorNeeds:
        return EvaluatorNeeds(outputs=frozenset({"panoptic_seg"}), metadata=frozenset({"classes", "stuff_classes"}))

    def build(self, *, metadata: DatasetMetadata) -> "PanopticQuality":
        from det_plugin_panoptic.panoptic_quality import PanopticQuality

        return PanopticQuality(metadata=metadata)
