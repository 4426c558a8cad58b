"""What there is to draw, whether a model or a person said so."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.structures import Annotation, BitMasks, Instances, RLEDict, rle

__all__ = ["Crop", "Drawable", "from_annotations", "from_predictions"]

Crop = tuple[int, int, NDArray[np.bool_]]
"""Column and row where a bitmap begins in the picture, and the bitmap."""


@frozen(kw_only=True, eq=False)
class Drawable:
    """One object, in pixels of the picture."""

    box: tuple[float, float, float, float]
    """``x1 y1 x2 y2``."""

    class_id: int
    label: str
    crop: Callable[[], Crop] | None = None
    """The mask, made when it is asked for: those of all objects at once may need more room than there is."""

    keypoints: NDArray[np.float64] | None = None
    """K×3, ``x y visibility``."""

    is_crowd: bool = False


class _HasCrops(Protocol):
    """Masks that can be seen one by one, as those of a model or of a file of predictions."""

    def crop(self, index: int, height: int, width: int) -> Crop: ...


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
            crop=partial(_predicted_mask, instances.pred_masks, row, size) if instances.has("pred_masks") else None,
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
        crop=partial(_annotated_mask, segmentation, size) if segmentation else None,
        keypoints=points,
        is_crowd=is_crowd,
    )


def _corners(annotation: Annotation) -> tuple[float, float, float, float]:
    x, y, right, bottom = annotation["bbox"]
    if annotation.get("bbox_mode", "xyxy") == "xywh":
        return x, y, x + right, y + bottom
    return x, y, right, bottom


def _annotated_mask(segmentation: list[list[float]] | RLEDict, size: tuple[int, int]) -> Crop:
    return rle.decode_crop(rle.from_segmentation(segmentation, *size))


def _predicted_mask(masks: BitMasks | _HasCrops, row: int, size: tuple[int, int]) -> Crop:
    if isinstance(masks, BitMasks):
        return 0, 0, masks.tensor[row].cpu().numpy()
    return masks.crop(row, *size)


def _predicted_points(instances: Instances, row: int) -> NDArray[np.float64] | None:
    if not instances.has("pred_keypoints"):
        return None
    points = instances.pred_keypoints[row].tensor[0].double().cpu().numpy()
    # The third number is a score here; a model always points somewhere.
    return np.column_stack([points[:, :2], np.full(len(points), 2.0)])


def _name(class_names: Sequence[str], class_id: int) -> str:
    return class_names[class_id] if class_id < len(class_names) else f"class {class_id}"
