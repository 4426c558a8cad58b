"""Settings of a generalized R-CNN."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import deep_iterable, gt

from det_plugin_maskrcnn.rpn_config import RPNConfig
from detcore.specs import (
    ArchitectureConfig,
    BackboneConfig,
    DataSpec,
    Problem,
    ProposalGeneratorConfig,
    ROIHeadsConfig,
    under,
)

if TYPE_CHECKING:
    from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN

__all__ = ["GeneralizedRCNNConfig"]


@frozen(kw_only=True)
class GeneralizedRCNNConfig(ArchitectureConfig):
    """Settings of :class:`GeneralizedRCNN`."""

    backbone: BackboneConfig
    """Pictures to feature maps."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    roi_heads: ROIHeadsConfig
    """Feature maps and proposals to detections."""

    pixel_mean: tuple[float, float, float] = (103.53, 116.28, 123.675)
    """Subtracted from each channel, in ``channel_order``; pixels are 0 to 255."""

    pixel_std: tuple[float, float, float] = field(default=(1.0, 1.0, 1.0), validator=deep_iterable(gt(0)))
    """Divides each channel afterwards; 1 suits backbones trained by MSRA, which have it in their first weights."""

    channel_order: Literal["BGR", "RGB"] = "BGR"
    """The order in which the network takes a picture's channels."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = under(self.backbone.check(), "backbone")
        if any(problem.severity == "error" for problem in inside):
            return inside
        shapes = self.backbone.output_shapes()
        return [
            *inside,
            *under(self.proposal_generator.check(shapes), "proposal_generator"),
            *under(self.roi_heads.check(shapes, data), "roi_heads"),
        ]

    def outputs(self) -> frozenset[str] | None:
        return self.roi_heads.outputs()

    def build(self) -> "GeneralizedRCNN":
        from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN
        from det_plugin_parts import measured_shapes

        backbone = self.backbone.build()
        shapes = self.backbone.output_shapes() or measured_shapes(backbone)
        return GeneralizedRCNN(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            pixel_mean=self.pixel_mean,
            pixel_std=self.pixel_std,
            channel_order=self.channel_order,
            size_divisibility=self.backbone.size_divisibility,
        )
