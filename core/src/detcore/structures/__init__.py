"""What the field talks about, as values: boxes, masks, keypoints, objects of one picture, and the dicts at the borders.

Coordinates are continuous pixels; the origin is the outer corner of the top-left pixel, and a box's right and bottom
edge lie outside it. ``from detcore.structures import rle`` gives the functions on COCO's run-length encoding.
"""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.structures import rle as rle
    from detcore.structures.bilinear import surrounding_cells as surrounding_cells
    from detcore.structures.bit_masks import BitMasks as BitMasks
    from detcore.structures.borders import THING as THING
    from detcore.structures.borders import UNLABELLED as UNLABELLED
    from detcore.structures.borders import Annotation as Annotation
    from detcore.structures.borders import LabelMaps as LabelMaps
    from detcore.structures.borders import ModelInput as ModelInput
    from detcore.structures.borders import ModelOutput as ModelOutput
    from detcore.structures.borders import Record as Record
    from detcore.structures.borders import RLEDict as RLEDict
    from detcore.structures.borders import SegmentInfo as SegmentInfo
    from detcore.structures.boxes import Boxes as Boxes
    from detcore.structures.boxes import pairwise_ioa as pairwise_ioa
    from detcore.structures.boxes import pairwise_iou as pairwise_iou
    from detcore.structures.instances import Instances as Instances
    from detcore.structures.keypoints import COCO_KEYPOINT_SHIFT as COCO_KEYPOINT_SHIFT
    from detcore.structures.keypoints import Keypoints as Keypoints
    from detcore.structures.polygon_masks import PolygonMasks as PolygonMasks
    from detcore.structures.predictions import Detections as Detections
    from detcore.structures.predictions import ImageBatch as ImageBatch
    from detcore.structures.predictions import Proposals as Proposals
    from detcore.structures.roi_masks import ROIMasks as ROIMasks

__getattr__, __dir__ = front_door(
    __name__,
    {
        "COCO_KEYPOINT_SHIFT": "detcore.structures.keypoints",
        "Annotation": "detcore.structures.borders",
        "BitMasks": "detcore.structures.bit_masks",
        "Boxes": "detcore.structures.boxes",
        "Detections": "detcore.structures.predictions",
        "ImageBatch": "detcore.structures.predictions",
        "Instances": "detcore.structures.instances",
        "Keypoints": "detcore.structures.keypoints",
        "LabelMaps": "detcore.structures.borders",
        "ModelInput": "detcore.structures.borders",
        "ModelOutput": "detcore.structures.borders",
        "PolygonMasks": "detcore.structures.polygon_masks",
        "Proposals": "detcore.structures.predictions",
        "RLEDict": "detcore.structures.borders",
        "ROIMasks": "detcore.structures.roi_masks",
        "Record": "detcore.structures.borders",
        "SegmentInfo": "detcore.structures.borders",
        "THING": "detcore.structures.borders",
        "UNLABELLED": "detcore.structures.borders",
        "pairwise_ioa": "detcore.structures.boxes",
        "pairwise_iou": "detcore.structures.boxes",
        "rle": "detcore.structures",
        "surrounding_cells": "detcore.structures.bilinear",
    },
)
