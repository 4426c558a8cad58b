"""Settings of the choice of detections."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, le

if TYPE_CHECKING:
    from det_plugin_dense.candidate_selection import CandidateSelector

__all__ = ["CandidateSelectionConfig"]


@frozen(kw_only=True)
class CandidateSelectionConfig:
    """Which predictions become detections; the defaults are those of RetinaNet."""

    score_threshold: float = field(default=0.05, validator=and_(ge(0), le(1)))
    """Predictions must be better than this."""

    topk_candidates: int = field(default=1000, validator=ge(1))
    """Best of them on each level that are decoded."""

    nms_threshold: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """One that overlaps a better one of its class by more than this is dropped."""

    detections_per_image: int = field(default=100, validator=ge(1))
    """At most this many are left of a picture."""

    def build(self) -> "CandidateSelector":
        """The selector."""
        from det_plugin_dense.candidate_selection import CandidateSelector

        return CandidateSelector(
            score_threshold=self.score_threshold,
            topk_candidates=self.topk_candidates,
            nms_threshold=self.nms_threshold,
            detections_per_image=self.detections_per_image,
        )
