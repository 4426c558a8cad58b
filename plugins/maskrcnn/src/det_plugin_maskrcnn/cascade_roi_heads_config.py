"""Settings of the cascade."""

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen
from attrs.validators import min_len

from det_plugin_maskrcnn.box_head_config import ConvFCBoxHeadConfig
from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.further_heads_config import FurtherHeadsConfig
from det_plugin_maskrcnn.interfaces import BoxHeadConfig
from det_plugin_maskrcnn.proposal_sampling_config import ProposalSamplingConfig
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    AssignerConfig,
    BoxCoderConfig,
    DeltaBoxCoderConfig,
    IoUAssignerConfig,
    ROIAlignPoolerConfig,
    ROIPoolerConfig,
    missing_features,
    selected_shapes,
    unequal_channels,
)
from detcore.specs import DataSpec, Problem, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.cascade_roi_heads import CascadeROIHeads

__all__ = ["CascadeROIHeadsConfig", "CascadeStageConfig"]


@frozen(kw_only=True)
class CascadeStageConfig:
    """In what one stage differs from the others."""

    assigner: AssignerConfig
    """Which object, if any, a box learns in this stage; in the first it decides what is sampled, too."""

    box_coder: BoxCoderConfig
    """How a box is told relative to the one that the stage starts from."""


def _stage(overlap: float, weight: float) -> CascadeStageConfig:
    return CascadeStageConfig(
        assigner=IoUAssignerConfig(thresholds=(overlap,), labels=(0, 1), allow_low_quality_matches=False),
        box_coder=DeltaBoxCoderConfig(weights=(weight, weight, weight / 2, weight / 2)),
    )


@frozen(kw_only=True)
class CascadeROIHeadsConfig(FurtherHeadsConfig):
    """Settings of :class:`CascadeROIHeads`; the defaults are the published ones for a feature pyramid."""

    in_features: tuple[str, ...] = field(default=("p2", "p3", "p4", "p5"), validator=min_len(1))
    """Feature maps to pool from, finest first."""

    sampling: ProposalSamplingConfig = field(factory=ProposalSamplingConfig)
    """Which proposals a training step learns from; the first stage's assigner stands in the place of its own."""

    stages: tuple[CascadeStageConfig, ...] = field(
        default=(_stage(0.5, 10.0), _stage(0.6, 20.0), _stage(0.7, 30.0)), validator=min_len(1)
    )
    """The stages, first to last."""

    box_pooler: ROIPoolerConfig = field(factory=ROIAlignPoolerConfig)
    """Features of a box, for every stage."""

    box_head: BoxHeadConfig = field(factory=ConvFCBoxHeadConfig)
    """Pooled features to a vector; every stage has such a head of its own."""

    box_predictor: BoxPredictorConfig = field(factory=lambda: BoxPredictorConfig(class_agnostic=True))
    """A vector to class and box; every stage has such a predictor of its own, with the stage's box coder."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*self._check_boxes(), *self._check_shapes(shapes), *self.check_data(data)]

    def _check_boxes(self) -> list[Problem]:
        if self.box_predictor.class_agnostic:
            return []
        message = "must be true: the next stage starts from one box, whatever its class"
        return [Problem(message, ("box_predictor", "class_agnostic"))]

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        problems = missing_features(self.in_features, shapes) + unequal_channels(self.in_features, shapes)
        strides = [shape.stride for shape in selected_shapes(self.in_features, shapes)]
        return problems or [*under(self.box_pooler.check(strides), "box_pooler"), *self.check_poolers(strides)]

    def build(self, *, shapes: Shapes, num_classes: int) -> "CascadeROIHeads":
        from det_plugin_maskrcnn.cascade_roi_heads import CascadeROIHeads

        levels = selected_shapes(self.in_features, shapes)
        channels, strides = levels[0].channels, [level.stride for level in levels]
        heads = [self.box_head.build(channels=channels, size=self.box_pooler.output_size) for _ in self.stages]
        predictors = [evolve(self.box_predictor, box_coder=stage.box_coder) for stage in self.stages]
        sampling = evolve(self.sampling, assigner=self.stages[0].assigner)
        return CascadeROIHeads(
            num_classes=num_classes,
            in_features=self.in_features,
            sampler=sampling.build(num_classes=num_classes),
            box_pooler=self.box_pooler.build(strides=strides),
            box_heads=heads,
            box_predictors=[
                predictor.build(in_features=head.out_features, num_classes=num_classes)
                for predictor, head in zip(predictors, heads, strict=True)
            ],
            later_assigners=[stage.assigner.build() for stage in self.stages[1:]],
            further_heads=self.build_further_heads(channels=channels, strides=strides, num_classes=num_classes),
        )
