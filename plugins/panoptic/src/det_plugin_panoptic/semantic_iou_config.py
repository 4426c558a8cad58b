"""Settings of the evaluator ``semantic-iou``."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds

if TYPE_CHECKING:
    from det_plugin_panoptic.semantic_iou import SemanticIoU

__all__ = ["SemanticIoUConfig"]


@frozen(kw_only=True)
class SemanticIoUConfig(EvaluatorConfig):
    """Overlap and accuracy of semantic labels, pixel by pixel over all pictures, in percent."""

    ignore_value: int = field(default=255, validator=ge(0))
    """Pixels whose true label is this are not looked at."""

    def needs(self) -> EvaluatorNeeds:
        return EvaluatorNeeds(outputs=frozenset({"sem_seg"}), metadata=frozenset({"stuff_classes"}))

    def build(self, *, metadata: DatasetMetadata) -> "SemanticIoU":
        from det_plugin_panoptic.semantic_iou import SemanticIoU

        return SemanticIoU(metadata=metadata, ignore_value=self.ignore_value)
