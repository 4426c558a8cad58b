"""Settings of a generalized R-CNN."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, gt, in_

from det_plugin_maskrcnn.rpn_config import RPNConfig
from detcore.specs import (
    ArchitectureConfig,
    BackboneConfig,
    DataSpec,
    Problem,
    ProposalGeneratorConfig,
    ROIHeadsConfig,
    Shapes,
    finite,
    of_length,
    refuse,
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

    pixel_mean: tuple[float, float, float] = field(
        default=(103.53, 116.28, 123.675), validator=and_(of_length(3), deep_iterable(finite))
    )
    """Subtracted from each channel, in ``channel_order``; pixels are 0 to 255."""

    pixel_std: tuple[float, float, float] = field(
        default=(1.0, 1.0, 1.0), validator=and_(of_length(3), deep_iterable(and_(finite, gt(0))))
    )
    """Divides each channel afterwards; 1 suits backbones trained by MSRA, which have it in their first weights."""

    channel_order: Literal["BGR", "RGB"] = field(default="BGR", validator=in_(("BGR", "RGB")))
    """The order in which the network takes a picture's channels."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = under(self.backbone.check(), "backbone")
        if any(problem.severity == "error" for problem in inside):
            # What does not depend on feature maps can be wrong all the same.
            rest = [problem for problem in self._misfits(None, data) if problem.severity == "error"]
            return [*inside, *rest]
        shapes = self.backbone.output_shapes()
        return [*inside, *self._lopsided(shapes or {}), *self._misfits(shapes, data)]

    def _misfits(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the parts over a backbone of these feature maps."""
        return [
            *under(self.proposal_generator.check(shapes), "proposal_generator"),
            *under(self.roi_heads.check(shapes, data), "roi_heads"),
        ]

    def _lopsided(self, shapes: Shapes) -> list[Problem]:
        """Whether pictures are padded to something on which the feature maps do not end evenly."""
        multiple = self.backbone.size_divisibility
        uneven = {name: shape.stride for name, shape in shapes.items() if multiple > shape.stride > 1}
        if multiple >= 0 and all(multiple % stride == 0 for stride in uneven.values()):
            return []
        message = f"pads pictures to multiples of {multiple}, which does not suit the strides of its maps: {uneven}"
        return [Problem(message, ("backbone",))]

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
            pixel_mean=self.pixel_mean,
            pixel_std=self.pixel_std,
            channel_order=self.channel_order,
            size_divisibility=self.backbone.size_divisibility,
        )
