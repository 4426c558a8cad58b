"""What there is to draw, whether a model or a person said so."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.structures import Annotation, Instances, ROIMasks, rle

__all__ = ["Drawable", "from_annotations", "from_predictions"]


@frozen(kw_only=True, eq=False)
class Drawable:
    """One object, in pixels of the picture."""

    box: tuple[float, float, float, float]
    """``x1 y1 x2 y2``."""

    class_id: int
    label: str
    corner: tuple[int, int] = (0, 0)
    """Column and row where ``bitmap`` begins."""

    bitmap: NDArray[np.bool_] | None = None
    keypoints: NDArray[np.float64] | None = None
    """K×3, ``x y visibility``."""

    is_crowd: bool = False


def from_predictions(
    instances: Instances, size: tuple[int, int], class_names: Sequence[str], score_threshold: float
) -> list[Drawable]:
    """The detections that score at least ``score_threshold``, in a picture of ``size`` (height, width)."""
    boxes = instances.pred_boxes.tensor.tolist()
    classes, scores = instances.pred_classes.tolist(), instances.scores.tolist()
    return [
        Drawable(
            box=tuple(boxes[row]),
            class_id=classes[row],
            label=f"{_name(class_names, classes[row])} {100 * score:.0f}%",
            keypoints=_predicted_points(instances, row),
            **_predicted_mask(instances, row, size),
        )
        for row, score in enumerate(scores)
        if score >= score_threshold
    ]


def from_annotations(
    annotations: Sequence[Annotation], size: tuple[int, int], class_names: Sequence[str]
) -> list[Drawable]:
    """The objects of a record, in a picture of ``size`` (height, width)."""
    return [_from_annotation(annotation, size, class_names) for annotation in annotations]


def _from_annotation(annotation: Annotation, size: tuple[int, int], class_names: Sequence[str]) -> Drawable:
    class_id, segmentation = annotation["category_id"], annotation.get("segmentation")
    is_crowd = bool(annotation.get("iscrowd"))
    points = np.asarray(annotation.get("keypoints", ()), dtype=np.float64).reshape(-1, 3)
    return Drawable(
        box=_corners(annotation),
        class_id=class_id,
        label=_name(class_names, class_id) + (" (crowd)" if is_crowd else ""),
        bitmap=rle.decode(rle.from_segmentation(segmentation, *size)) if segmentation else None,
        keypoints=points,
        is_crowd=is_crowd,
    )


def _corners(annotation: Annotation) -> tuple[float, float, float, float]:
    x, y, right, bottom = annotation["bbox"]
    if annotation.get("bbox_mode", "xyxy") == "xywh":
        return x, y, x + right, y + bottom
    return x, y, right, bottom


def _predicted_mask(instances: Instances, row: int, size: tuple[int, int]) -> dict[str, Any]:
    if not instances.has("pred_masks"):
        return {}
    masks = instances.pred_masks
    if isinstance(masks, ROIMasks):
        left, top, bitmap = masks.crop(row, *size)
        return {"corner": (left, top), "bitmap": bitmap}
    return {"bitmap": masks.tensor[row].cpu().numpy()}


def _predicted_points(instances: Instances, row: int) -> NDArray[np.float64] | None:
    if not instances.has("pred_keypoints"):
        return None
    points = instances.pred_keypoints[row].tensor[0].double().cpu().numpy()
    # The third number is a score here; a model always points somewhere.
    return np.column_stack([points[:, :2], np.full(len(points), 2.0)])


def _name(class_names: Sequence[str], class_id: int) -> str:
    return class_names[class_id] if class_id < len(class_names) else f"class {class_id}"
