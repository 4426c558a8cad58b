"""Settings of FCOS."""

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import and_, gt

from det_plugin_backbones import Norm
from det_plugin_dense.candidate_selection_config import CandidateSelectionConfig
from det_plugin_dense.centre_assigner_config import CentreAssignerConfig
from det_plugin_dense.dense_head_config import DenseHeadConfig
from det_plugin_dense.dense_model_config import DenseModelConfig
from det_plugin_dense.interfaces import DenseAssignerConfig
from det_plugin_parts import BoxCoderConfig, BoxLossConfig, LinearBoxCoderConfig
from detcore.specs import finite

if TYPE_CHECKING:
    from det_plugin_dense.dense_detector import DenseDetector

__all__ = ["FCOSConfig"]


@frozen(kw_only=True)
class FCOSConfig(DenseModelConfig):
    """FCOS of Tian et al. (2019): positions instead of anchors; the defaults are those of Detectron2.

    Its anchors are one square per position, in the middle of its cell and as large as its stride.
    """

    loss_names: ClassVar[tuple[str, str, str]] = ("loss_fcos_cls", "loss_fcos_loc", "loss_fcos_ctr")

    head: DenseHeadConfig = field(factory=lambda: DenseHeadConfig(norm=Norm.GROUP))
    """What is slid over every level."""

    box_coder: BoxCoderConfig = field(factory=LinearBoxCoderConfig)
    """How a box is told relative to its position."""

    assigner: DenseAssignerConfig = field(factory=CentreAssignerConfig)
    """Which object each position learns."""

    box_loss: BoxLossConfig = field(factory=lambda: BoxLossConfig(kind="giou"))
    """The loss of box regression."""

    normaliser_start: float = field(default=300.0, validator=and_(finite, gt(0)))
    """The number of positive positions that losses are first divided by; it then follows the data's."""

    selection: CandidateSelectionConfig = field(
        factory=lambda: CandidateSelectionConfig(score_threshold=0.2, nms_threshold=0.6)
    )
    """Which predictions become detections; a score is the root of class probability times centreness."""

    def build(self) -> "DenseDetector":
        from det_plugin_dense.dense_detector import DenseDetector
        from det_plugin_parts import GridAnchors

        backbone, shapes = self.build_backbone()
        channels, strides = self.levels_of(shapes)
        coder = self.box_coder.build()
        return DenseDetector(
            backbone=backbone,
            in_features=self.in_features,
            head=self.head.build(
                in_channels=channels,
                num_levels=len(strides),
                num_anchors=1,
                num_classes=self.num_classes,
                has_centreness=True,
            ),
            anchor_generator=GridAnchors(
                sizes=[[stride] for stride in strides],
                aspect_ratios=[[1.0]] * len(strides),
                strides=strides,
                offset=0.5,
            ),
            num_classes=self.num_classes,
            box_coder=coder,
            assigner=self.assigner.build(),
            criterion=self.build_criterion(coder),
            selector=self.selection.build(),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
