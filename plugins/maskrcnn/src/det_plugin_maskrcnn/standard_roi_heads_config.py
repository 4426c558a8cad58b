"""Settings of the standard ROI heads."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, le, min_len

from det_plugin_maskrcnn.box_head_config import ConvFCBoxHeadConfig
from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.interfaces import BoxHeadConfig, MaskHeadConfig
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    AssignerConfig,
    IoUAssignerConfig,
    ROIAlignPoolerConfig,
    ROIPoolerConfig,
    missing_features,
    selected_shapes,
    unequal_channels,
)
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.proposal_sampling import ProposalSampler
    from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads

__all__ = ["ProposalSamplingConfig", "StandardROIHeadsConfig"]


@frozen(kw_only=True)
class ProposalSamplingConfig:
    """Which proposals a training step learns from."""

    assigner: AssignerConfig = field(
        factory=lambda: IoUAssignerConfig(thresholds=(0.5,), labels=(0, 1), allow_low_quality_matches=False)
    )
    """Which object, if any, a proposal learns."""

    batch_size_per_image: int = field(default=512, validator=ge(1))
    """Proposals of a picture, foreground and background together."""

    positive_fraction: float = field(default=0.25, validator=and_(ge(0), le(1)))
    """At most this share of them is foreground; background fills the rest."""

    append_ground_truth: bool = True
    """Whether ground-truth boxes are among the proposals."""

    def build(self, *, num_classes: int) -> "ProposalSampler":
        from det_plugin_maskrcnn.proposal_sampling import ProposalSampler

        return ProposalSampler(
            assigner=self.assigner.build(),
            batch_size_per_image=self.batch_size_per_image,
            positive_fraction=self.positive_fraction,
            append_ground_truth=self.append_ground_truth,
            num_classes=num_classes,
        )


@frozen(kw_only=True)
class StandardROIHeadsConfig(ROIHeadsConfig):
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

    mask_pooler: ROIPoolerConfig = field(factory=lambda: ROIAlignPoolerConfig(output_size=14))
    """Features of a detection for its mask."""

    mask_head: MaskHeadConfig | None = None
    """Pooled features to a mask; left out: boxes only."""

    masks_of_predicted_boxes: bool = False
    """Whether masks are learned in the boxes that the box predictor makes of the proposals, not in the proposals."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*self._check_shapes(shapes), *self._check_data(data)]

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        problems = missing_features(self.in_features, shapes) + unequal_channels(self.in_features, shapes)
        strides = [shape.stride for shape in selected_shapes(self.in_features, shapes)]
        mask_problems = under(self.mask_pooler.check(strides), "mask_pooler") if self.mask_head else []
        return problems or [*under(self.box_pooler.check(strides), "box_pooler"), *mask_problems]

    def _check_data(self, data: DataSpec) -> list[Problem]:
        problems = []
        if data.num_classes not in (None, self.num_classes):
            message = f'{self.num_classes} classes, but the data has {data.num_classes}; write "${{data.num_classes}}"'
            problems.append(Problem(message, ("num_classes",)))
        if self.mask_head is not None and data.has_masks is False:
            problems.append(Problem("there is a mask head, but the data has no masks to learn from", ("mask_head",)))
        return problems

    def outputs(self) -> frozenset[str]:
        masks = {"instances.pred_masks"} if self.mask_head else set()
        return frozenset({"instances.pred_boxes", "instances.scores", "instances.pred_classes"} | masks)

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
            mask_pooler=self.mask_pooler.build(strides=strides) if self.mask_head else None,
            mask_head=self.mask_head.build(channels=channels, num_classes=num_classes) if self.mask_head else None,
            masks_of_predicted_boxes=self.masks_of_predicted_boxes,
        )
