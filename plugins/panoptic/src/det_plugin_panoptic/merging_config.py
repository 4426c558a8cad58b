"""Settings of the rule that makes one panoptic map of detections and a semantic map."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, le

if TYPE_CHECKING:
    from det_plugin_panoptic.merging import PanopticMerging

__all__ = ["PanopticMergingConfig"]


@frozen(kw_only=True)
class PanopticMergingConfig:
    """Settings of :class:`PanopticMerging`; the defaults are the published ones."""

    overlap_threshold: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """A detection that is hidden by better ones to more than this share is left out."""

    stuff_area_limit: int = field(default=4096, validator=ge(0))
    """Stuff that covers fewer pixels of the output is left out."""

    instance_score_threshold: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """Detections below this score are left out."""

    def build(self) -> "PanopticMerging":
        """The rule."""
        from det_plugin_panoptic.merging import PanopticMerging

        return PanopticMerging(
            overlap_threshold=self.overlap_threshold,
            stuff_area_limit=self.stuff_area_limit,
            instance_score_threshold=self.instance_score_threshold,
        )
