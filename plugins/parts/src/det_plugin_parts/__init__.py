"""Parts that families of detectors share: anchors, assignment, box coding, sampling, ROI pooling, losses, NMS."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_parts.anchor_config import GridAnchorsConfig as GridAnchorsConfig
    from det_plugin_parts.anchors import GridAnchors as GridAnchors
    from det_plugin_parts.box_clipping import clip_boxes as clip_boxes
    from det_plugin_parts.box_coding import DeltaBoxCoder as DeltaBoxCoder
    from det_plugin_parts.box_coding_config import DeltaBoxCoderConfig as DeltaBoxCoderConfig
    from det_plugin_parts.box_convolutions import convolving_boxes as convolving_boxes
    from det_plugin_parts.box_loss_config import BoxLossConfig as BoxLossConfig
    from det_plugin_parts.box_losses import BoxLoss as BoxLoss
    from det_plugin_parts.box_losses import smooth_l1 as smooth_l1
    from det_plugin_parts.class_checks import check_classes as check_classes
    from det_plugin_parts.classification_losses import focal_loss as focal_loss
    from det_plugin_parts.components import IGNORED as IGNORED
    from det_plugin_parts.components import NEGATIVE as NEGATIVE
    from det_plugin_parts.components import POSITIVE as POSITIVE
    from det_plugin_parts.components import AnchorGenerator as AnchorGenerator
    from det_plugin_parts.components import Assigner as Assigner
    from det_plugin_parts.components import Assignment as Assignment
    from det_plugin_parts.components import BoxCoder as BoxCoder
    from det_plugin_parts.components import ROIPooler as ROIPooler
    from det_plugin_parts.detection_selection import DetectionSelector as DetectionSelector
    from det_plugin_parts.detection_selection import best_detections as best_detections
    from det_plugin_parts.feature_checks import UNKNOWN_SHAPES as UNKNOWN_SHAPES
    from det_plugin_parts.feature_checks import missing_features as missing_features
    from det_plugin_parts.feature_checks import selected_shapes as selected_shapes
    from det_plugin_parts.feature_checks import unequal_anchors as unequal_anchors
    from det_plugin_parts.feature_checks import unequal_channels as unequal_channels
    from det_plugin_parts.feature_checks import unordered_features as unordered_features
    from det_plugin_parts.image_order import rank_in_image as rank_in_image
    from det_plugin_parts.image_order import top_per_image as top_per_image
    from det_plugin_parts.interfaces import AnchorGeneratorConfig as AnchorGeneratorConfig
    from det_plugin_parts.interfaces import AssignerConfig as AssignerConfig
    from det_plugin_parts.interfaces import BoxCoderConfig as BoxCoderConfig
    from det_plugin_parts.interfaces import ROIPoolerConfig as ROIPoolerConfig
    from det_plugin_parts.iou_assigner import IoUAssigner as IoUAssigner
    from det_plugin_parts.iou_assigner_config import IoUAssignerConfig as IoUAssignerConfig
    from det_plugin_parts.keypoint_heatmaps import heatmap_places as heatmap_places
    from det_plugin_parts.keypoint_heatmaps import keypoints_of_heatmaps as keypoints_of_heatmaps
    from det_plugin_parts.level_pooling import LevelPooling as LevelPooling
    from det_plugin_parts.level_pooling import level_of_boxes as level_of_boxes
    from det_plugin_parts.level_pooling_config import LevelPoolerConfig as LevelPoolerConfig
    from det_plugin_parts.linear_box_coding import LinearBoxCoder as LinearBoxCoder
    from det_plugin_parts.linear_box_coding_config import LinearBoxCoderConfig as LinearBoxCoderConfig
    from det_plugin_parts.map_layout import rows_of_map as rows_of_map
    from det_plugin_parts.nms import grouped_nms as grouped_nms
    from det_plugin_parts.output_splitting import in_output_pixels as in_output_pixels
    from det_plugin_parts.output_splitting import output_size as output_size
    from det_plugin_parts.output_splitting import rows_by_picture as rows_by_picture
    from det_plugin_parts.output_splitting import split_by_picture as split_by_picture
    from det_plugin_parts.output_splitting import with_masks_and_keypoints as with_masks_and_keypoints
    from det_plugin_parts.picture_batching import PictureBatching as PictureBatching
    from det_plugin_parts.picture_batching import pad_and_stack as pad_and_stack
    from det_plugin_parts.picture_model import PictureModel as PictureModel
    from det_plugin_parts.picture_model_config import PictureModelConfig as PictureModelConfig
    from det_plugin_parts.point_grid_pooling import PointGridPooler as PointGridPooler
    from det_plugin_parts.point_grid_pooling_config import PointGridPoolerConfig as PointGridPoolerConfig
    from det_plugin_parts.point_sampling import centres_of_cells as centres_of_cells
    from det_plugin_parts.point_sampling import points_in_picture as points_in_picture
    from det_plugin_parts.point_sampling import points_of_grid as points_of_grid
    from det_plugin_parts.point_sampling import sample_own_maps as sample_own_maps
    from det_plugin_parts.point_sampling import sample_pictures as sample_pictures
    from det_plugin_parts.roi_max_pooling import ROIMaxPooler as ROIMaxPooler
    from det_plugin_parts.roi_max_pooling_config import ROIMaxPoolerConfig as ROIMaxPoolerConfig
    from det_plugin_parts.roi_pooling import ROIAlignPooler as ROIAlignPooler
    from det_plugin_parts.roi_pooling_config import ROIAlignPoolerConfig as ROIAlignPoolerConfig
    from det_plugin_parts.sampling import sample_balanced as sample_balanced
    from det_plugin_parts.training_targets import targets_of as targets_of

__getattr__, __dir__ = front_door(
    __name__,
    {
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
        "DetectionSelector": "det_plugin_parts.detection_selection",
        "GridAnchors": "det_plugin_parts.anchors",
        "GridAnchorsConfig": "det_plugin_parts.anchor_config",
        "IGNORED": "det_plugin_parts.components",
        "IoUAssigner": "det_plugin_parts.iou_assigner",
        "IoUAssignerConfig": "det_plugin_parts.iou_assigner_config",
        "LevelPoolerConfig": "det_plugin_parts.level_pooling_config",
        "LevelPooling": "det_plugin_parts.level_pooling",
        "LinearBoxCoder": "det_plugin_parts.linear_box_coding",
        "LinearBoxCoderConfig": "det_plugin_parts.linear_box_coding_config",
        "NEGATIVE": "det_plugin_parts.components",
        "POSITIVE": "det_plugin_parts.components",
        "PictureBatching": "det_plugin_parts.picture_batching",
        "PictureModel": "det_plugin_parts.picture_model",
        "PictureModelConfig": "det_plugin_parts.picture_model_config",
        "PointGridPooler": "det_plugin_parts.point_grid_pooling",
        "PointGridPoolerConfig": "det_plugin_parts.point_grid_pooling_config",
        "ROIAlignPooler": "det_plugin_parts.roi_pooling",
        "ROIAlignPoolerConfig": "det_plugin_parts.roi_pooling_config",
        "ROIMaxPooler": "det_plugin_parts.roi_max_pooling",
        "ROIMaxPoolerConfig": "det_plugin_parts.roi_max_pooling_config",
        "ROIPooler": "det_plugin_parts.components",
        "ROIPoolerConfig": "det_plugin_parts.interfaces",
        "UNKNOWN_SHAPES": "det_plugin_parts.feature_checks",
        "best_detections": "det_plugin_parts.detection_selection",
        "centres_of_cells": "det_plugin_parts.point_sampling",
        "check_classes": "det_plugin_parts.class_checks",
        "convolving_boxes": "det_plugin_parts.box_convolutions",
        "clip_boxes": "det_plugin_parts.box_clipping",
        "focal_loss": "det_plugin_parts.classification_losses",
        "grouped_nms": "det_plugin_parts.nms",
        "heatmap_places": "det_plugin_parts.keypoint_heatmaps",
        "in_output_pixels": "det_plugin_parts.output_splitting",
        "keypoints_of_heatmaps": "det_plugin_parts.keypoint_heatmaps",
        "level_of_boxes": "det_plugin_parts.level_pooling",
        "missing_features": "det_plugin_parts.feature_checks",
        "output_size": "det_plugin_parts.output_splitting",
        "pad_and_stack": "det_plugin_parts.picture_batching",
        "points_in_picture": "det_plugin_parts.point_sampling",
        "points_of_grid": "det_plugin_parts.point_sampling",
        "rank_in_image": "det_plugin_parts.image_order",
        "rows_by_picture": "det_plugin_parts.output_splitting",
        "rows_of_map": "det_plugin_parts.map_layout",
        "sample_balanced": "det_plugin_parts.sampling",
        "sample_own_maps": "det_plugin_parts.point_sampling",
        "sample_pictures": "det_plugin_parts.point_sampling",
        "selected_shapes": "det_plugin_parts.feature_checks",
        "smooth_l1": "det_plugin_parts.box_losses",
        "split_by_picture": "det_plugin_parts.output_splitting",
        "targets_of": "det_plugin_parts.training_targets",
        "top_per_image": "det_plugin_parts.image_order",
        "unequal_anchors": "det_plugin_parts.feature_checks",
        "unequal_channels": "det_plugin_parts.feature_checks",
        "unordered_features": "det_plugin_parts.feature_checks",
        "with_masks_and_keypoints": "det_plugin_parts.output_splitting",
    },
)
