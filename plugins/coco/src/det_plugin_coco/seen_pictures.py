"""What the evaluator remembers of a picture: its ground truth, and what was predicted."""

from collections.abc import Collection, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from det_plugin_coco.evaluator_config import Task
from detcore.errors import DatasetError
from detcore.evaluation import PictureKey, boxes_xywh, coco_keypoints, picture_key, predicted_classes
from detcore.specs import DatasetMetadata
from detcore.structures import COCO_KEYPOINT_SHIFT, Annotation, Instances, ModelInput, RLEDict, rle

__all__ = ["Detected", "SeenPicture", "TrueObject", "see"]


@frozen(kw_only=True)
class TrueObject:
    """One annotated object, in pixels of the stored picture."""

    class_id: int
    box: tuple[float, float, float, float]
    """x, y, width, height, as stored."""

    area: float
    """As stored; else of the mask; else of the box."""

    is_crowd: bool
    mask: RLEDict | None
    """Compressed; ``None`` where there is none, or nobody asked for masks."""

    keypoints: tuple[float, ...] | None
    """x, y and visibility of each, as stored; where there are none, as unlabelled; ``None``: nobody asked for them."""


@frozen(kw_only=True, eq=False)
class Detected:
    """The detections of one picture, in the model's order."""

    classes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    """n×4: x, y, width, height; of a model without boxes, those around its masks, else around its keypoints."""

    box_areas: NDArray[np.float64]
    """Area that decides how large a box counts; of a model without boxes, that of its masks, else of the boxes around
    its keypoints, as in pycocotools."""

    scores: NDArray[np.float64]
    masks: list[RLEDict] | None
    """``None`` where the model predicts none, or nobody asked for masks."""

    keypoints: NDArray[np.float64] | None
    """n×K×3: x, y of the pixel that COCO names, and a score; ``None`` as for masks."""


@frozen(kw_only=True, eq=False)
class SeenPicture:
    """One picture's ground truth and detections."""

    key: PictureKey
    size: tuple[int, int]
    """Height and width in pixels."""

    objects: tuple[TrueObject, ...]
    detected: Detected


def see(
    model_input: ModelInput, instances: Instances, metadata: DatasetMetadata, *, tasks: Collection[Task]
) -> SeenPicture:
    """Take from a model's input and output what ``tasks`` need, on the CPU and compact.

    Raises:
        DatasetError: a predicted class is not one of the dataset's, or keypoints are not as many.
    """
    height, width = model_input["height"], model_input["width"]
    annotations = model_input["annotations"]
    return SeenPicture(
        key=picture_key(model_input),
        size=(height, width),
        objects=tuple(_true_object(annotation, model_input, metadata, tasks) for annotation in annotations),
        detected=_detected(instances, metadata, height, width, tasks),
    )


def _true_object(
    annotation: Annotation, model_input: ModelInput, metadata: DatasetMetadata, tasks: Collection[Task]
) -> TrueObject:
    box = _xywh(annotation)
    height, width = model_input["height"], model_input["width"]
    area = annotation.get("area")
    mask = None
    if "segmentation" in annotation and ("segm" in tasks or area is None):
        mask = rle.from_segmentation(annotation["segmentation"], height, width)
    if area is None:
        area = box[2] * box[3] if mask is None else rle.area(mask)
    return TrueObject(
        class_id=annotation["category_id"],
        box=box,
        area=area,
        is_crowd=bool(annotation.get("iscrowd", 0)),
        mask=mask if "segm" in tasks else None,
        keypoints=_true_points(annotation, model_input, len(metadata.keypoints)) if "keypoints" in tasks else None,
    )


def _true_points(annotation: Annotation, model_input: ModelInput, count: int) -> tuple[float, ...]:
    """In COCO's pixels again, as in the file."""
    values = annotation.get("keypoints") or [0.0] * (3 * count)
    if len(values) != 3 * count:
        raise DatasetError(
            f"{model_input.get('file_name') or model_input['image_id']}: an object has {len(values)} keypoint numbers, "
            f"but the {count} keypoints of the dataset need {3 * count}"
        )
    return tuple(value - (0 if place % 3 == 2 else COCO_KEYPOINT_SHIFT) for place, value in enumerate(values))


def _xywh(annotation: Annotation) -> tuple[float, float, float, float]:
    x, y, right, bottom = annotation["bbox"]
    if annotation.get("bbox_mode", "xyxy") == "xywh":
        return x, y, right, bottom
    return x, y, right - x, bottom - y


def _detected(
    instances: Instances, metadata: DatasetMetadata, height: int, width: int, tasks: Collection[Task]
) -> Detected:
    has_boxes = instances.has("pred_boxes")
    masks: list[RLEDict] | None = None
    if instances.has("pred_masks") and ("segm" in tasks or not has_boxes):
        masks = instances.pred_masks.to_rle(height, width)
    keypoints = _predicted_points(instances, metadata) if "keypoints" in tasks else None
    boxes = _boxes(instances, masks)
    return Detected(
        classes=np.array(predicted_classes(instances, metadata), dtype=np.int64),
        boxes=boxes,
        box_areas=boxes[:, 2] * boxes[:, 3] if has_boxes or masks is None else _areas_of(masks),
        scores=instances.scores.detach().double().cpu().numpy(),
        masks=masks if "segm" in tasks else None,
        keypoints=keypoints,
    )


def _predicted_points(instances: Instances, metadata: DatasetMetadata) -> NDArray[np.float64]:
    points, expected = coco_keypoints(instances), len(metadata.keypoints)
    if points.shape[1] != expected:
        name = f" '{metadata.name}'" if metadata.name else ""
        raise DatasetError(
            f"the model predicts {points.shape[1]} keypoints, but dataset{name} has {expected}; "
            "evaluate on the keypoints that the model was trained on"
        )
    return points


def _boxes(instances: Instances, masks: Sequence[RLEDict] | None) -> NDArray[np.float64]:
    if instances.has("pred_boxes"):
        return boxes_xywh(instances)
    return _boxes_around(coco_keypoints(instances)) if masks is None else _boxes_of(masks)


def _boxes_around(keypoints: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = keypoints[..., :2].min(axis=1), keypoints[..., :2].max(axis=1)
    return np.concatenate([low, high - low], axis=1)


def _boxes_of(masks: Sequence[RLEDict]) -> NDArray[np.float64]:
    boxes = [coco_mask.toBbox(mask) for mask in masks]  # type: ignore[no-untyped-call]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _areas_of(masks: Sequence[RLEDict]) -> NDArray[np.float64]:
    return np.array([rle.area(mask) for mask in masks], dtype=np.float64)
