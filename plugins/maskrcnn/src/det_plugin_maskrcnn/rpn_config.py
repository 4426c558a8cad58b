"""Settings of the region proposal network."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, le, optional

from det_plugin_maskrcnn.sample_checks import refuse_sample_without_positives
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    AnchorGeneratorConfig,
    AssignerConfig,
    BoxCoderConfig,
    BoxLossConfig,
    DeltaBoxCoderConfig,
    GridAnchorsConfig,
    IoUAssignerConfig,
    missing_features,
    selected_shapes,
    unequal_anchors,
    unequal_channels,
    unordered_features,
)
from detcore.specs import Problem, ProposalGeneratorConfig, Shapes, finite, names, not_empty, refuse, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.anchor_sampling import AnchorSampler
    from det_plugin_maskrcnn.proposal_selection import ProposalSelector
    from det_plugin_maskrcnn.rpn import RPN

__all__ = ["AnchorSamplingConfig", "ProposalSelectionConfig", "RPNConfig"]


@frozen(kw_only=True)
class AnchorSamplingConfig:
    """Which anchors a training step learns from."""

    assigner: AssignerConfig = field(factory=IoUAssignerConfig)
    """Which object, if any, an anchor learns."""

    batch_size_per_image: int = field(default=256, validator=ge(1))
    """Anchors of a picture, positive and negative together."""

    positive_fraction: float = field(default=0.5, validator=and_(gt(0), le(1)))
    """At most this share of them is positive; negatives fill the rest."""

    boundary: float | None = field(default=None, validator=optional(and_(finite, ge(0))))
    """Anchors that reach farther than this many pixels beyond the picture are not learned from; left out: all are."""

    def __attrs_post_init__(self) -> None:
        refuse_sample_without_positives(self.batch_size_per_image, self.positive_fraction)

    def build(self) -> "AnchorSampler":
        from det_plugin_maskrcnn.anchor_sampling import AnchorSampler

        return AnchorSampler(
            assigner=self.assigner.build(),
            batch_size_per_image=self.batch_size_per_image,
            positive_fraction=self.positive_fraction,
            boundary=self.boundary,
        )


@frozen(kw_only=True)
class ProposalSelectionConfig:
    """Which decoded anchors become proposals."""

    pre_nms_topk_train: int = field(default=2000, validator=ge(1))
    """Best anchors of each level that are decoded, in training."""

    pre_nms_topk_test: int = field(default=1000, validator=ge(1))
    """The same, otherwise."""

    post_nms_topk_train: int = field(default=1000, validator=ge(1))
    """Proposals of a picture, over all levels, in training."""

    post_nms_topk_test: int = field(default=1000, validator=ge(1))
    """The same, otherwise."""

    nms_threshold: float = field(default=0.7, validator=and_(ge(0), le(1)))
    """A proposal that overlaps a better one of its level by more than this is dropped."""

    min_box_size: float = field(default=0.0, validator=and_(finite, ge(0)))
    """Proposals with a side of at most this many pixels of the network's input are dropped."""

    def check(self, num_levels: int) -> list[Problem]:
        """Whether more proposals are asked for than this many feature maps can give."""
        counts = {
            "train": (self.pre_nms_topk_train, self.post_nms_topk_train),
            "test": (self.pre_nms_topk_test, self.post_nms_topk_test),
        }
        return [
            Problem(
                f"asks for {wanted} proposals, but {num_levels} × 'pre_nms_topk_{when}' ({decoded}) gives"
                f" {num_levels * decoded} at most",
                (f"post_nms_topk_{when}",),
                "doubtful",
            )
            for when, (decoded, wanted) in counts.items()
            if wanted > num_levels * decoded
        ]

    def build(self, *, training: bool) -> "ProposalSelector":
        from det_plugin_maskrcnn.proposal_selection import ProposalSelector

        return ProposalSelector(
            pre_nms_topk=self.pre_nms_topk_train if training else self.pre_nms_topk_test,
            post_nms_topk=self.post_nms_topk_train if training else self.post_nms_topk_test,
            nms_threshold=self.nms_threshold,
            min_box_size=self.min_box_size,
        )


@frozen(kw_only=True)
class RPNConfig(ProposalGeneratorConfig):
    """Settings of :class:`RPN`; the defaults are the published ones for a feature pyramid."""

    in_features: tuple[str, ...] = field(default=("p2", "p3", "p4", "p5", "p6"), validator=and_(not_empty, names))
    """Feature maps to look at, finest first."""

    conv_dims: tuple[int, ...] = field(default=(), validator=deep_iterable(ge(1)))
    """Channels of the 3×3 convolutions before the predictions; empty: one convolution, as wide as the feature maps."""

    anchors: AnchorGeneratorConfig = field(factory=GridAnchorsConfig)
    """The boxes that predictions start from."""

    box_coder: BoxCoderConfig = field(factory=DeltaBoxCoderConfig)
    """How a box is told relative to its anchor."""

    sampling: AnchorSamplingConfig = field(factory=AnchorSamplingConfig)
    """Which anchors a training step learns from."""

    selection: ProposalSelectionConfig = field(factory=ProposalSelectionConfig)
    """Which decoded anchors become proposals."""

    objectness_weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Factor of the loss of "object or not"."""

    box_loss: BoxLossConfig = field(factory=BoxLossConfig)
    """The loss of box regression."""

    def check(self, shapes: Shapes | None) -> list[Problem]:
        selection = under(self.selection.check(len(self.in_features)), "selection")
        if shapes is None:
            return [UNKNOWN_SHAPES, *selection]
        return [*(missing_features(self.in_features, shapes) or self._level_problems(shapes)), *selection]

    def _level_problems(self, shapes: Shapes) -> list[Problem]:
        order = unordered_features(self.in_features, shapes)
        strides = [shape.stride for shape in selected_shapes(self.in_features, shapes)]
        anchors = [] if order else under(self.anchors.check(strides), "anchors") or self._unequal_anchors()
        return [*unequal_channels(self.in_features, shapes), *order, *anchors]

    def _unequal_anchors(self) -> list[Problem]:
        counts = self.anchors.num_anchors(len(self.in_features))
        if counts is None:
            return [Problem("the number of anchors is not known before they are built", ("anchors",), "unchecked")]
        return under(unequal_anchors(counts), "anchors")

    def build(self, *, shapes: Shapes) -> "RPN":
        """The network for feature maps of these shapes.

        Raises:
            ConfigError: the levels have different numbers of anchors, which only building them could tell.
        """
        from det_plugin_maskrcnn.rpn import RPN
        from det_plugin_maskrcnn.rpn_head import RPNHead
        from det_plugin_parts import BoxLoss

        levels = selected_shapes(self.in_features, shapes)
        channels = levels[0].channels
        coder = self.box_coder.build()
        anchors = self.anchors.build(strides=[level.stride for level in levels])
        refuse(under(unequal_anchors(anchors.num_anchors), "anchors"))
        loss = self.box_loss
        return RPN(
            in_features=self.in_features,
            head=RPNHead(
                in_channels=channels, conv_dims=self.conv_dims or (channels,), num_anchors=anchors.num_anchors[0]
            ),
            anchor_generator=anchors,
            box_coder=coder,
            sampler=self.sampling.build(),
            train_selector=self.selection.build(training=True),
            test_selector=self.selection.build(training=False),
            objectness_weight=self.objectness_weight,
            box_loss=BoxLoss(kind=loss.kind, beta=loss.beta, weight=loss.weight, coder=coder),
        )
