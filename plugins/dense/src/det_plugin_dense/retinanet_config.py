"""Settings of RetinaNet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from det_plugin_dense.dense_head_config import DenseHeadConfig
from det_plugin_dense.dense_model_config import DenseModelConfig
from det_plugin_dense.interfaces import DenseAssignerConfig
from det_plugin_dense.overlap_assigner_config import OverlapAssignerConfig
from det_plugin_parts import (
    AnchorGeneratorConfig,
    BoxCoderConfig,
    BoxLossConfig,
    DeltaBoxCoderConfig,
    GridAnchorsConfig,
    unequal_anchors,
)
from detcore.specs import Problem, refuse, under

if TYPE_CHECKING:
    from det_plugin_dense.dense_detector import DenseDetector

__all__ = ["RetinaNetConfig"]


@frozen(kw_only=True)
class RetinaNetConfig(DenseModelConfig):
    """RetinaNet of Lin et al. (2017): anchors, learned by overlap; the defaults are the published ones."""

    loss_names: ClassVar[tuple[str, str, str]] = ("loss_cls", "loss_box_reg", "loss_centreness")

    head: DenseHeadConfig = field(factory=DenseHeadConfig)
    """What is slid over every level."""

    anchors: AnchorGeneratorConfig = field(
        factory=lambda: GridAnchorsConfig(
            sizes=tuple((side, side * 2 ** (1 / 3), side * 2 ** (2 / 3)) for side in (32.0, 64.0, 128.0, 256.0, 512.0))
        )
    )
    """The boxes that predictions start from."""

    box_coder: BoxCoderConfig = field(factory=DeltaBoxCoderConfig)
    """How a box is told relative to its anchor."""

    assigner: DenseAssignerConfig = field(factory=OverlapAssignerConfig)
    """Which object each anchor learns."""

    box_loss: BoxLossConfig = field(factory=lambda: BoxLossConfig(beta=0.1))
    """The loss of box regression."""

    def check_strides(self, strides: Sequence[int]) -> list[Problem]:
        if problems := self.anchors.check(strides):
            return under(problems, "anchors")
        counts = self.anchors.num_anchors(len(strides))
        if counts is None:
            return [Problem("the number of anchors is not known before they are built", ("anchors",), "unchecked")]
        return under(unequal_anchors(counts), "anchors")

    def build(self) -> "DenseDetector":
        from det_plugin_dense.dense_detector import DenseDetector

        backbone, shapes = self.build_backbone()
        channels, strides = self.levels_of(shapes)
        anchors, coder = self.anchors.build(strides=strides), self.box_coder.build()
        refuse(under(unequal_anchors(anchors.num_anchors), "anchors"))
        return DenseDetector(
            backbone=backbone,
            in_features=self.in_features,
            head=self.head.build(
                in_channels=channels,
                num_levels=len(strides),
                num_anchors=anchors.num_anchors[0],
                num_classes=self.num_classes,
                has_centreness=False,
            ),
            anchor_generator=anchors,
            num_classes=self.num_classes,
            box_coder=coder,
            assigner=self.assigner.build(),
            criterion=self.build_criterion(coder),
            selector=self.selection.build(),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
