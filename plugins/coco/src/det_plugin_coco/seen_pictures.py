"""What the evaluator remembers of a picture: its ground truth, and what was predicted."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from detcore.evaluation import boxes_xywh, predicted_classes
from detcore.specs import DatasetMetadata
from detcore.structures import Annotation, Instances, ModelInput, RLEDict, rle

__all__ = ["Detected", "SeenPicture", "TrueObject", "see"]

PictureKey = tuple[int | str, str]
"""Image id and file name: two datasets laid end to end may use the same ids."""


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


@frozen(kw_only=True, eq=False)
class Detected:
    """The detections of one picture, in the model's order."""

    classes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    """n×4: x, y, width, height; of a model without boxes, the boxes of its masks."""

    box_areas: NDArray[np.float64]
    """Area that decides how large a box counts; of a model without boxes, that of its masks, as in pycocotools."""

    scores: NDArray[np.float64]
    masks: list[RLEDict] | None
    """``None`` where the model predicts none, or nobody asked for masks."""


@frozen(kw_only=True, eq=False)
class SeenPicture:
    """One picture's ground truth and detections."""

    key: PictureKey
    size: tuple[int, int]
    """Height and width in pixels."""

    objects: tuple[TrueObject, ...]
    detected: Detected


def see(model_input: ModelInput, instances: Instances, metadata: DatasetMetadata, *, with_masks: bool) -> SeenPicture:
    """Take from a model's input and output what the metrics need, on the CPU and compact.

    Raises:
        DatasetError: a predicted class is not one of the dataset's.
    """
    height, width = model_input["height"], model_input["width"]
    annotations = model_input["annotations"]
    return SeenPicture(
        key=(model_input["image_id"], model_input.get("file_name", "")),
        size=(height, width),
        objects=tuple(_true_object(annotation, height, width, with_masks) for annotation in annotations),
        detected=_detected(instances, metadata, height, width, with_masks),
    )


def _true_object(annotation: Annotation, height: int, width: int, with_masks: bool) -> TrueObject:
    box = _xywh(annotation)
    area = annotation.get("area")
    mask = None
    if "segmentation" in annotation and (with_masks or area is None):
        mask = rle.from_segmentation(annotation["segmentation"], height, width)
    if area is None:
        area = box[2] * box[3] if mask is None else rle.area(mask)
    return TrueObject(
        class_id=annotation["category_id"],
        box=box,
        area=area,
        is_crowd=bool(annotation.get("iscrowd", 0)),
        mask=mask if with_masks else None,
    )


def _xywh(annotation: Annotation) -> tuple[float, float, float, float]:
    x, y, right, bottom = annotation["bbox"]
    if annotation.get("bbox_mode", "xyxy") == "xywh":
        return x, y, right, bottom
    return x, y, right - x, bottom - y


def _detected(instances: Instances, metadata: DatasetMetadata, height: int, width: int, with_masks: bool) -> Detected:
    has_boxes = instances.has("pred_boxes")
    masks: list[RLEDict] | None = None
    if with_masks or not has_boxes:
        masks = instances.pred_masks.to_rle(height, width)
    boxes = boxes_xywh(instances) if has_boxes else _boxes_of(masks or [])
    return Detected(
        classes=np.array(predicted_classes(instances, metadata), dtype=np.int64),
        boxes=boxes,
        box_areas=boxes[:, 2] * boxes[:, 3] if has_boxes else _areas_of(masks or []),
        scores=instances.scores.detach().double().cpu().numpy(),
        masks=masks if with_masks else None,
    )


def _boxes_of(masks: Sequence[RLEDict]) -> NDArray[np.float64]:
    boxes = [coco_mask.toBbox(mask) for mask in masks]  # type: ignore[no-untyped-call]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _areas_of(masks: Sequence[RLEDict]) -> NDArray[np.float64]:
    return np.array([rle.area(mask) for mask in masks], dtype=np.float64)
