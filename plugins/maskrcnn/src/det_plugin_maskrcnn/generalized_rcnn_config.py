"""Settings of a generalized R-CNN."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.rpn_config import RPNConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, ROIHeadsConfig, Shapes, refuse, under

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

    def check(self, data: DataSpec) -> list[Problem]:
        inside = self.check_backbone()
        if any(problem.severity == "error" for problem in inside):
            # What does not depend on feature maps can be wrong all the same.
            rest = [problem for problem in self._misfits(None, data) if problem.severity == "error"]
            return [*inside, *rest]
        return [*inside, *self._misfits(self.backbone.output_shapes(), data)]

    def _misfits(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the parts over a backbone of these feature maps."""
        return [
            *under(self.proposal_generator.check(shapes), "proposal_generator"),
            *under(self.roi_heads.check(shapes, data), "roi_heads"),
        ]

    def outputs(self) -> frozenset[str] | None:
        return self.roi_heads.outputs()

    def build(self) -> "GeneralizedRCNN":
        """The model; a backbone that cannot tell its feature maps is measured first.

        Raises:
            ConfigError: the parts do not fit the feature maps, which only building could tell.
        """
        from det_plugin_backbones import measured_shapes
        from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN

        backbone = self.backbone.build()
        shapes = self.backbone.output_shapes()
        if shapes is None:
            shapes = measured_shapes(backbone)
            refuse(self._misfits(shapes, DataSpec()))
        return GeneralizedRCNN(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
