"""Settings of the standard ROI heads."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import min_len

from det_plugin_maskrcnn.box_head_config import ConvFCBoxHeadConfig
from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.further_heads_config import FurtherHeadsConfig
from det_plugin_maskrcnn.interfaces import BoxHeadConfig
from det_plugin_maskrcnn.proposal_sampling_config import ProposalSamplingConfig
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    ROIAlignPoolerConfig,
    ROIPoolerConfig,
    missing_features,
    selected_shapes,
    unequal_channels,
)
from detcore.specs import DataSpec, Problem, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads

__all__ = ["StandardROIHeadsConfig"]


@frozen(kw_only=True)
class StandardROIHeadsConfig(FurtherHeadsConfig):
    """Settings of :class:`StandardROIHeads`; the defaults are the published ones for a feature pyramid."""

    in_features: tuple[str, ...] = field(default=("p2", "p3", "p4", "p5"), validator=min_len(1))
    """Feature maps to pool from, finest first."""

    sampling: ProposalSamplingConfig = field(factory=ProposalSamplingConfig)
    """Which proposals a training step learns from."""

    box_pooler: ROIPoolerConfig = field(factory=ROIAlignPoolerConfig)
    """Features of a proposal."""

    box_head: BoxHeadConfig = field(factory=ConvFCBoxHeadConfig)
    """Pooled features to a vector."""

    box_predictor: BoxPredictorConfig = field(factory=BoxPredictorConfig)
    """A vector to class and box, and which of them become detections."""

    masks_of_predicted_boxes: bool = False
    """Whether masks are learned in the boxes that the box predictor makes of the proposals, not in the proposals."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*self._check_shapes(shapes), *self.check_data(data)]

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        problems = missing_features(self.in_features, shapes) + unequal_channels(self.in_features, shapes)
        strides = [shape.stride for shape in selected_shapes(self.in_features, shapes)]
        return problems or [*under(self.box_pooler.check(strides), "box_pooler"), *self.check_poolers(strides)]

    def build(self, *, shapes: Shapes, num_classes: int) -> "StandardROIHeads":
        from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads

        levels = selected_shapes(self.in_features, shapes)
        channels, strides = levels[0].channels, [level.stride for level in levels]
        box_head = self.box_head.build(channels=channels, size=self.box_pooler.output_size)
        return StandardROIHeads(
            num_classes=num_classes,
            in_features=self.in_features,
            sampler=self.sampling.build(num_classes=num_classes),
            box_pooler=self.box_pooler.build(strides=strides),
            box_head=box_head,
            box_predictor=self.box_predictor.build(in_features=box_head.out_features, num_classes=num_classes),
            further_heads=self.build_further_heads(channels=channels, strides=strides, num_classes=num_classes),
            masks_of_predicted_boxes=self.masks_of_predicted_boxes,
        )
