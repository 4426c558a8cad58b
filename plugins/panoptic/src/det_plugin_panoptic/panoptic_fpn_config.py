"""Settings of panoptic FPN."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn import RPNConfig
from det_plugin_panoptic.merging_config import PanopticMergingConfig
from det_plugin_panoptic.semantic_model_config import SemanticModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, ROIHeadsConfig, Shapes, under

if TYPE_CHECKING:
    from det_plugin_panoptic.panoptic_fpn import PanopticFPN

__all__ = ["PanopticFPNConfig"]


@frozen(kw_only=True)
class PanopticFPNConfig(SemanticModelConfig):
    """Settings of :class:`PanopticFPN`."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    roi_heads: ROIHeadsConfig
    """Feature maps and proposals to detections with masks."""

    merging: PanopticMergingConfig = field(factory=PanopticMergingConfig)
    """How detections and the semantic map become one panoptic map."""

    def check_further(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [
            *under(self.proposal_generator.check(shapes), "proposal_generator"),
            *under([*self.roi_heads.check(shapes, data), *self._maskless()], "roi_heads"),
        ]

    def _maskless(self) -> list[Problem]:
        predicted = self.roi_heads.outputs()
        if predicted is None or "instances.pred_masks" in predicted:
            return []
        return [Problem("a panoptic map is made of masks, but these heads predict none; give them a 'mask_head'")]

    def outputs(self) -> frozenset[str] | None:
        predicted = self.roi_heads.outputs()
        return None if predicted is None else predicted | {"sem_seg", "panoptic_seg"}

    def build(self) -> "PanopticFPN":
        from det_plugin_panoptic.panoptic_fpn import PanopticFPN

        backbone, shapes = self.build_backbone()
        return PanopticFPN(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            sem_seg_head=self.sem_seg_head.build(shapes=shapes),
            merging=self.merging.build(),
            batching=self.build_batching(multiple_of=self.sem_seg_head.size_divisibility(shapes)),
            channel_order=self.channel_order,
        )
