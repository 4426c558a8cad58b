"""Settings of the evaluator ``acme-recall``."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, gt, le

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds

if TYPE_CHECKING:
    from acme_detection.recall import Recall


@frozen(kw_only=True)
class RecallConfig(EvaluatorConfig):
    """How many of the objects some detection overlaps, whatever it says they are."""

    overlap: float = field(default=0.5, validator=and_(gt(0), le(1)))
    """Least intersection over union."""

    def needs(self) -> EvaluatorNeeds:
        return EvaluatorNeeds(outputs=frozenset({"instances.pred_boxes"}))

    def build(self, *, metadata: DatasetMetadata) -> "Recall":
        from acme_detection.recall import Recall

        return Recall(overlap=self.overlap)
