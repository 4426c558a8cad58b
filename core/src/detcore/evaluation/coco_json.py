"""Predictions as COCO's files of results hold them, and back.

The format: https://cocodataset.org/#format-results. Boxes are x, y, width, height in pixels of the wanted output size;
category ids are the dataset's own.
"""

from collections.abc import Iterator, Sequence
from typing import NotRequired, TypedDict

import numpy as np
import torch

from detcore.errors import DatasetError
from detcore.evaluation.stored_predictions import RLEMasks, StoredBoxes, StoredKeypoints, boxes_xywh, coco_keypoints
from detcore.specs import DatasetMetadata
from detcore.structures import Instances, ModelInput, ModelOutput, RLEDict

__all__ = ["CocoPrediction", "coco_predictions", "instances_from_predictions", "predicted_classes"]


class CocoPrediction(TypedDict):
    """One detection."""

    image_id: int | str
    category_id: int
    """The dataset's own."""

    score: float
    bbox: NotRequired[list[float]]
    """Left out by a model that predicts masks alone."""

    segmentation: NotRequired[RLEDict]
    """Compressed, its counts a str, which JSON can hold."""

    keypoints: NotRequired[list[float]]
    """x and y of the pixel it lies in, and a score, for each."""


def coco_predictions(
    inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput], metadata: DatasetMetadata
) -> list[CocoPrediction]:
    """Every detection of a batch; none of a model that detects nothing, but labels pixels.

    Raises:
        DatasetError: a predicted class is not one of ``metadata.classes``.
    """
    return [
        prediction
        for model_input, output in zip(inputs, outputs, strict=True)
        if "instances" in output
        for prediction in _predictions(model_input, output["instances"], metadata)
    ]


def instances_from_predictions(
    predictions: Sequence[CocoPrediction], metadata: DatasetMetadata, *, height: int, width: int
) -> Instances:
    """The detections of one picture of this size, as a model would have said them; the inverse of the above."""
    ids = metadata.category_ids or range(len(metadata.classes))
    class_of = {category_id: class_id for class_id, category_id in enumerate(ids)}
    instances = Instances(
        (height, width),
        scores=torch.tensor([prediction["score"] for prediction in predictions], dtype=torch.float64),
        pred_classes=torch.tensor([class_of[each["category_id"]] for each in predictions], dtype=torch.int64),
    )
    if all("bbox" in prediction for prediction in predictions):
        instances.pred_boxes = StoredBoxes([prediction["bbox"] for prediction in predictions])
    if all("segmentation" in prediction for prediction in predictions):
        instances.pred_masks = RLEMasks([prediction["segmentation"] for prediction in predictions])
    if predictions and all("keypoints" in prediction for prediction in predictions):
        points = np.array([prediction["keypoints"] for prediction in predictions], dtype=np.float64)
        instances.pred_keypoints = StoredKeypoints(points.reshape(len(predictions), -1, 3))
    return instances


def predicted_classes(instances: Instances, metadata: DatasetMetadata) -> list[int]:
    """The predicted classes, none of which may be unknown to the dataset.

    Raises:
        DatasetError: one is not a class of ``metadata``.
    """
    predicted: list[int] = instances.pred_classes.tolist()
    for class_id in predicted:
        if not 0 <= class_id < len(metadata.classes):
            name = f" '{metadata.name}'" if metadata.name else ""
            raise DatasetError(
                f"the model predicts class {class_id}, but dataset{name} has {len(metadata.classes)} classes, "
                f"0 to {len(metadata.classes) - 1}; evaluate on the classes that the model was trained on"
            )
    return predicted


def _predictions(model_input: ModelInput, instances: Instances, metadata: DatasetMetadata) -> Iterator[CocoPrediction]:
    masks = _masks(model_input, instances)
    boxes = boxes_xywh(instances).tolist() if instances.has("pred_boxes") else None
    keypoints = _keypoints(instances)
    rows = zip(predicted_classes(instances, metadata), instances.scores.tolist(), strict=True)
    for row, (class_id, score) in enumerate(rows):
        prediction = CocoPrediction(
            image_id=model_input["image_id"], category_id=metadata.category_id(class_id), score=score
        )
        if boxes is not None:
            prediction["bbox"] = boxes[row]
        if masks is not None:
            prediction["segmentation"] = _with_text(masks[row])
        if keypoints is not None:
            prediction["keypoints"] = keypoints[row]
        yield prediction


def _masks(model_input: ModelInput, instances: Instances) -> list[RLEDict] | None:
    if not instances.has("pred_masks"):
        return None
    masks: list[RLEDict] = instances.pred_masks.to_rle(model_input["height"], model_input["width"])
    return masks


def _keypoints(instances: Instances) -> list[list[float]] | None:
    if not instances.has("pred_keypoints"):
        return None
    points = coco_keypoints(instances)
    rows: list[list[float]] = points.reshape(len(points), 3 * points.shape[1]).tolist()
    return rows


def _with_text(mask: RLEDict) -> RLEDict:
    counts = mask["counts"]
    return {"size": list(mask["size"]), "counts": counts.decode("ascii") if isinstance(counts, bytes) else counts}
