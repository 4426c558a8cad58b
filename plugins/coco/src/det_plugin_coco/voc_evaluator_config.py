"""The evaluator component ``voc``: settings."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import in_

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds

if TYPE_CHECKING:
    from det_plugin_coco.voc_evaluator import VocEvaluator

__all__ = ["VocEvaluatorConfig"]


@frozen(kw_only=True)
class VocEvaluatorConfig(EvaluatorConfig):
    """Pascal VOC's average precision of boxes, in percent; crowds are what VOC calls difficult."""

    interpolation: Literal["area", "eleven-points"] = field(default="area", validator=in_(("area", "eleven-points")))
    """The area below the curve of precision over recall, as from 2010 on, or the mean at eleven recalls, as in 2007."""

    def needs(self) -> EvaluatorNeeds:
        return EvaluatorNeeds(
            outputs=frozenset({"instances.pred_boxes", "instances.scores", "instances.pred_classes"}),
            metadata=frozenset({"classes"}),
        )

    def build(self, *, metadata: DatasetMetadata) -> "VocEvaluator":
        """An evaluator that has seen nothing yet."""
        from det_plugin_coco.voc_evaluator import VocEvaluator

        return VocEvaluator(metadata=metadata, interpolation=self.interpolation)
