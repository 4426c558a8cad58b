"""Settings of the cascade."""

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.proposal_sampling_config import ProposalSamplingConfig
from det_plugin_maskrcnn.pyramid_heads_config import PyramidHeadsConfig
from det_plugin_parts import AssignerConfig, BoxCoderConfig, DeltaBoxCoderConfig, IoUAssignerConfig
from detcore.specs import Problem, Shapes, not_empty

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
class CascadeROIHeadsConfig(PyramidHeadsConfig):
    """Settings of :class:`CascadeROIHeads`; the defaults are the published ones for a feature pyramid.

    Every stage has a box head and predictor. ``sampling.assigner`` and ``box_predictor.box_coder`` are those of the
    stages, and so is what the first stage samples by.
    """

    stages: tuple[CascadeStageConfig, ...] = field(
        default=(_stage(0.5, 10.0), _stage(0.6, 20.0), _stage(0.7, 30.0)), validator=not_empty
    )
    """The stages, first to last."""

    box_predictor: BoxPredictorConfig = field(factory=lambda: BoxPredictorConfig(class_agnostic=True))
    """A vector to class and box; every stage has such a predictor of its own, with the stage's box coder."""

    def check_own(self) -> list[Problem]:
        return [*self._several_boxes(), *self._unread_settings()]

    def _several_boxes(self) -> list[Problem]:
        if self.box_predictor.class_agnostic:
            return []
        message = "must be true: the next stage starts from one box, whatever its class"
        return [Problem(message, ("box_predictor", "class_agnostic"))]

    def _unread_settings(self) -> list[Problem]:
        """What a user set where only heads of one stage look; saying what the first stage says does no harm."""
        first = self.stages[0]
        places = (
            (("sampling", "assigner"), self.sampling.assigner, ProposalSamplingConfig().assigner, first.assigner),
            (
                ("box_predictor", "box_coder"),
                self.box_predictor.box_coder,
                BoxPredictorConfig().box_coder,
                first.box_coder,
            ),
        )
        return [
            Problem(
                f"is not read in a cascade, whose stages have one each; write it in each of 'stages' as '{path[-1]}'",
                path,
            )
            for path, given, default, used in places
            if given not in (default, used)
        ]

    def build(self, *, shapes: Shapes, num_classes: int) -> "CascadeROIHeads":
        from det_plugin_maskrcnn.cascade_roi_heads import CascadeROIHeads

        heads = [self.build_box_head(shapes) for _ in self.stages]
        predictors = [evolve(self.box_predictor, box_coder=stage.box_coder) for stage in self.stages]
        sampling = evolve(self.sampling, assigner=self.stages[0].assigner)
        return CascadeROIHeads(
            num_classes=num_classes,
            in_features=self.in_features,
            sampler=sampling.build(num_classes=num_classes),
            box_pooler=self.box_pooler.build(strides=self.strides(shapes)),
            box_heads=heads,
            box_predictors=[
                predictor.build(in_features=head.out_features, num_classes=num_classes)
                for predictor, head in zip(predictors, heads, strict=True)
            ],
            later_assigners=[stage.assigner.build() for stage in self.stages[1:]],
            further_heads=self.build_further_heads(shapes, num_classes=num_classes),
        )
