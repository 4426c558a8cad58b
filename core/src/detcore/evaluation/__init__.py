"""Predict for every picture of a stream, and say how good it is; predictions and results as files and tables."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.evaluation.coco_json import CocoPrediction as CocoPrediction
    from detcore.evaluation.coco_json import coco_predictions as coco_predictions
    from detcore.evaluation.coco_json import instances_from_predictions as instances_from_predictions
    from detcore.evaluation.coco_json import predicted_classes as predicted_classes
    from detcore.evaluation.coco_panoptic import CocoSegment as CocoSegment
    from detcore.evaluation.coco_panoptic import PanopticPrediction as PanopticPrediction
    from detcore.evaluation.coco_panoptic import panoptic_categories as panoptic_categories
    from detcore.evaluation.coco_panoptic import panoptic_prediction as panoptic_prediction
    from detcore.evaluation.loop import evaluate as evaluate
    from detcore.evaluation.picture_keys import PictureKey as PictureKey
    from detcore.evaluation.picture_keys import picture_key as picture_key
    from detcore.evaluation.predictions_file import PredictionsFile as PredictionsFile
    from detcore.evaluation.predictions_file import write_predictions as write_predictions
    from detcore.evaluation.results import load_results as load_results
    from detcore.evaluation.results import merge_results as merge_results
    from detcore.evaluation.results import metric as metric
    from detcore.evaluation.results import save_results as save_results
    from detcore.evaluation.results import without_nan as without_nan
    from detcore.evaluation.stored_predictions import RLEMasks as RLEMasks
    from detcore.evaluation.stored_predictions import StoredBoxes as StoredBoxes
    from detcore.evaluation.stored_predictions import StoredKeypoints as StoredKeypoints
    from detcore.evaluation.stored_predictions import boxes_xywh as boxes_xywh
    from detcore.evaluation.stored_predictions import coco_keypoints as coco_keypoints
    from detcore.evaluation.table import format_results as format_results

__getattr__, __dir__ = front_door(
    __name__,
    {
        "CocoPrediction": "detcore.evaluation.coco_json",
        "CocoSegment": "detcore.evaluation.coco_panoptic",
        "PanopticPrediction": "detcore.evaluation.coco_panoptic",
        "PictureKey": "detcore.evaluation.picture_keys",
        "PredictionsFile": "detcore.evaluation.predictions_file",
        "RLEMasks": "detcore.evaluation.stored_predictions",
        "StoredBoxes": "detcore.evaluation.stored_predictions",
        "StoredKeypoints": "detcore.evaluation.stored_predictions",
        "boxes_xywh": "detcore.evaluation.stored_predictions",
        "coco_keypoints": "detcore.evaluation.stored_predictions",
        "coco_predictions": "detcore.evaluation.coco_json",
        "evaluate": "detcore.evaluation.loop",
        "format_results": "detcore.evaluation.table",
        "instances_from_predictions": "detcore.evaluation.coco_json",
        "load_results": "detcore.evaluation.results",
        "merge_results": "detcore.evaluation.results",
        "metric": "detcore.evaluation.results",
        "panoptic_categories": "detcore.evaluation.coco_panoptic",
        "panoptic_prediction": "detcore.evaluation.coco_panoptic",
        "picture_key": "detcore.evaluation.picture_keys",
        "predicted_classes": "detcore.evaluation.coco_json",
        "save_results": "detcore.evaluation.results",
        "without_nan": "detcore.evaluation.results",
        "write_predictions": "detcore.evaluation.predictions_file",
    },
)
