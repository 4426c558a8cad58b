"""What the settings of RetinaNet and FCOS have in common."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from attrs import field, frozen
from attrs.validators import and_, ge, gt, lt

from det_plugin_dense.candidate_selection_config import CandidateSelectionConfig
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    BoxLossConfig,
    PictureModelConfig,
    check_classes,
    missing_features,
    selected_shapes,
    unequal_channels,
    unordered_features,
)
from detcore.specs import DataSpec, Problem, Shapes, finite, names, not_empty

if TYPE_CHECKING:
    from attrs import Attribute

    from det_plugin_dense.dense_losses import DenseLosses
    from det_plugin_parts import BoxCoder

__all__ = ["DenseModelConfig"]

UNWEIGHED: Final = -1
"""The ``focal_alpha`` without which nothing is weighed, as the focal loss of others has it."""


def _share_or_off(_: object, attribute: "Attribute[float]", value: float) -> None:
    if value != UNWEIGHED and not 0 < value <= 1:
        raise ValueError(f"'{attribute.name}' must be above 0 and at most 1, or -1 for no weight at all, not {value}")


@frozen(kw_only=True)
class DenseModelConfig(PictureModelConfig):
    """A detector of one stage over a pyramid."""

    loss_names: ClassVar[tuple[str, str, str]]
    """What metrics call the losses of classes, boxes and centreness."""

    num_classes: int = field(validator=ge(1))
    """Number of object classes, background not counted; usually ``"${data.num_classes}"``."""

    in_features: tuple[str, ...] = field(default=("p3", "p4", "p5", "p6", "p7"), validator=and_(not_empty, names))
    """Feature maps to look at, finest first."""

    focal_alpha: float = field(default=0.25, validator=_share_or_off)
    """Weight of what is there against what is not, in the focal loss; -1: both weigh 1."""

    focal_gamma: float = field(default=2.0, validator=and_(finite, ge(0)))
    """How much less a well classified example weighs in the focal loss."""

    box_loss: BoxLossConfig = field(factory=BoxLossConfig)
    """The loss of box regression."""

    normaliser_start: float = field(default=100.0, validator=and_(finite, gt(0)))
    """The number of positive anchors that losses are first divided by; it then follows the data's."""

    normaliser_momentum: float = field(default=0.9, validator=and_(ge(0), lt(1)))
    """How much of that number each step keeps."""

    selection: CandidateSelectionConfig = field(factory=CandidateSelectionConfig)
    """Which predictions become detections."""

    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*check_classes(self.num_classes, data), *self._misfits(shapes)]

    def check_strides(self, strides: Sequence[int]) -> list[Problem]:
        """Everything wrong with the way further settings fit levels of these strides."""
        return []

    def outputs(self) -> frozenset[str]:
        return frozenset({"instances.pred_boxes", "instances.scores", "instances.pred_classes"})

    def _misfits(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        if missing := missing_features(self.in_features, shapes):
            return missing
        order = unordered_features(self.in_features, shapes)
        strides = [level.stride for level in selected_shapes(self.in_features, shapes)]
        rest = [] if order else self.check_strides(strides)
        return [*unequal_channels(self.in_features, shapes), *order, *rest]

    def levels_of(self, shapes: Shapes) -> tuple[int, list[int]]:
        """Channels and strides of the levels that are looked at."""
        levels = selected_shapes(self.in_features, shapes)
        return levels[0].channels, [level.stride for level in levels]

    def build_criterion(self, coder: "BoxCoder") -> "DenseLosses":
        """The losses, for boxes told by ``coder``."""
        from det_plugin_dense.dense_losses import DenseLosses, LossNames
        from det_plugin_dense.running_normaliser import RunningNormaliser
        from det_plugin_parts import BoxLoss

        loss = self.box_loss
        return DenseLosses(
            focal_alpha=self.focal_alpha,
            focal_gamma=self.focal_gamma,
            box_loss=BoxLoss(kind=loss.kind, beta=loss.beta, weight=loss.weight, coder=coder),
            normaliser=RunningNormaliser(initial=self.normaliser_start, momentum=self.normaliser_momentum),
            names=LossNames(*self.loss_names),
        )
