"""Parts that families of detectors share: anchors, assignment, box coding, sampling, ROI pooling, losses, NMS."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_parts.anchor_config import GridAnchorsConfig as GridAnchorsConfig
    from det_plugin_parts.anchors import GridAnchors as GridAnchors
    from det_plugin_parts.box_coding import DeltaBoxCoder as DeltaBoxCoder
    from det_plugin_parts.box_coding_config import DeltaBoxCoderConfig as DeltaBoxCoderConfig
    from det_plugin_parts.box_loss_config import BoxLossConfig as BoxLossConfig
    from det_plugin_parts.box_losses import BoxLoss as BoxLoss
    from det_plugin_parts.box_losses import smooth_l1 as smooth_l1
    from det_plugin_parts.components import IGNORED as IGNORED
    from det_plugin_parts.components import NEGATIVE as NEGATIVE
    from det_plugin_parts.components import POSITIVE as POSITIVE
    from det_plugin_parts.components import AnchorGenerator as AnchorGenerator
    from det_plugin_parts.components import Assigner as Assigner
    from det_plugin_parts.components import Assignment as Assignment
    from det_plugin_parts.components import BoxCoder as BoxCoder
    from det_plugin_parts.components import ROIPooler as ROIPooler
    from det_plugin_parts.image_order import rank_in_image as rank_in_image
    from det_plugin_parts.image_order import top_per_image as top_per_image
    from det_plugin_parts.interfaces import AnchorGeneratorConfig as AnchorGeneratorConfig
    from det_plugin_parts.interfaces import AssignerConfig as AssignerConfig
    from det_plugin_parts.interfaces import BoxCoderConfig as BoxCoderConfig
    from det_plugin_parts.interfaces import ROIPoolerConfig as ROIPoolerConfig
    from det_plugin_parts.iou_assigner import IoUAssigner as IoUAssigner
    from det_plugin_parts.iou_assigner_config import IoUAssignerConfig as IoUAssignerConfig
    from det_plugin_parts.nms import grouped_nms as grouped_nms
    from det_plugin_parts.roi_pooling import ROIAlignPooler as ROIAlignPooler
    from det_plugin_parts.roi_pooling import level_of_boxes as level_of_boxes
    from det_plugin_parts.roi_pooling_config import ROIAlignPoolerConfig as ROIAlignPoolerConfig
    from det_plugin_parts.sampling import sample_balanced as sample_balanced

__getattr__, __dir__ = front_door(
    __name__,
    {
        "IGNORED": "det_plugin_parts.components",
        "NEGATIVE": "det_plugin_parts.components",
        "POSITIVE": "det_plugin_parts.components",
        "AnchorGenerator": "det_plugin_parts.components",
        "AnchorGeneratorConfig": "det_plugin_parts.interfaces",
        "Assigner": "det_plugin_parts.components",
        "AssignerConfig": "det_plugin_parts.interfaces",
        "Assignment": "det_plugin_parts.components",
        "BoxCoder": "det_plugin_parts.components",
        "BoxCoderConfig": "det_plugin_parts.interfaces",
        "BoxLoss": "det_plugin_parts.box_losses",
        "BoxLossConfig": "det_plugin_parts.box_loss_config",
        "DeltaBoxCoder": "det_plugin_parts.box_coding",
        "DeltaBoxCoderConfig": "det_plugin_parts.box_coding_config",
        "GridAnchors": "det_plugin_parts.anchors",
        "GridAnchorsConfig": "det_plugin_parts.anchor_config",
        "IoUAssigner": "det_plugin_parts.iou_assigner",
        "IoUAssignerConfig": "det_plugin_parts.iou_assigner_config",
        "ROIAlignPooler": "det_plugin_parts.roi_pooling",
        "ROIAlignPoolerConfig": "det_plugin_parts.roi_pooling_config",
        "ROIPooler": "det_plugin_parts.components",
        "ROIPoolerConfig": "det_plugin_parts.interfaces",
        "grouped_nms": "det_plugin_parts.nms",
        "level_of_boxes": "det_plugin_parts.roi_pooling",
        "rank_in_image": "det_plugin_parts.image_order",
        "sample_balanced": "det_plugin_parts.sampling",
        "smooth_l1": "det_plugin_parts.box_losses",
        "top_per_image": "det_plugin_parts.image_order",
    },
)
