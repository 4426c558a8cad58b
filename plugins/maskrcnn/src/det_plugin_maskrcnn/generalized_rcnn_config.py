"""Settings of a generalized R-CNN."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.rpn_config import RPNConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, ROIHeadsConfig, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN

__all__ = ["GeneralizedRCNNConfig"]


@frozen(kw_only=True)
class GeneralizedRCNNConfig(PictureModelConfig):
    """Settings of :class:`GeneralizedRCNN`."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    roi_heads: ROIHeadsConfig
    """Feature maps and proposals to detections."""

    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [
            *under(self.proposal_generator.check(shapes), "proposal_generator"),
            *under(self.roi_heads.check(shapes, data), "roi_heads"),
        ]

    def outputs(self) -> frozenset[str] | None:
        return self.roi_heads.outputs()

    def build(self) -> "GeneralizedRCNN":
        from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN

        backbone, shapes = self.build_backbone()
        return GeneralizedRCNN(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
