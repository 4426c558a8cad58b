"""A record as a :class:`Sample`: its picture read, its annotations as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detcore.data.label_maps import semantic_map
from detcore.data.pictures import read_picture
from detcore.data.record_checks import describe
from detcore.errors import DatasetError
from detcore.interfaces import Sample, Segmentation
from detcore.structures import Annotation, Record

__all__ = ["sample_from_record"]


def sample_from_record(record: Record, *, with_objects: bool, sem_seg: bool, num_keypoints: int = 0) -> Sample:
    """The picture of ``record``, its proposals if any and, where wanted, its objects and its semantic map.

    All are in pixels of the stored picture.

    ``num_keypoints`` are those of the dataset's objects; 0: as many as the record's objects have, if any.

    Raises:
        DatasetError: the picture or the map is missing, cannot be read or has another size than the record says; an
            annotation is malformed.
    """
    annotations = record.get("annotations", []) if with_objects else []
    proposals = record.get("proposal_boxes")
    return Sample(
        image=_picture(record),
        boxes=np.array([_xyxy(annotation) for annotation in annotations], dtype=np.float64).reshape(-1, 4),
        classes=np.array([annotation["category_id"] for annotation in annotations], dtype=np.int64),
        is_crowd=np.array([bool(annotation.get("iscrowd", 0)) for annotation in annotations], dtype=np.bool_),
        masks=_masks(annotations, record),
        keypoints=_keypoints(annotations, record, num_keypoints),
        proposals=np.asarray(proposals, dtype=np.float64) if proposals is not None else None,
        label_maps={"sem_seg": semantic_map(record)} if sem_seg else {},
    )


def _picture(record: Record) -> NDArray[np.uint8]:
    image = record["image"] if "image" in record else _stored_picture(record)
    height, width = image.shape[:2]
    expected = (record["height"], record["width"])
    if (height, width) != expected:
        hint = " (turned upright by its EXIF orientation)" if (width, height) == expected else ""
        raise DatasetError(
            f"{describe(record)}: the picture is {width}×{height} px{hint}, "
            f"but its record says {record['width']}×{record['height']}"
        )
    return image


def _stored_picture(record: Record) -> NDArray[np.uint8]:
    try:
        return read_picture(record["file_name"])
    except DatasetError as error:
        raise DatasetError(f"image {record['image_id']}: {error}") from error


def _xyxy(annotation: Annotation) -> list[float]:
    x, y, right, bottom = annotation["bbox"]
    if annotation.get("bbox_mode", "xyxy") == "xywh":
        return [x, y, x + right, y + bottom]
    return [x, y, right, bottom]


def _masks(annotations: Sequence[Annotation], record: Record) -> tuple[Segmentation, ...] | None:
    """``None`` as soon as one object that is not a crowd has no mask: half a target would be a wrong one."""
    if any("segmentation" not in annotation and not annotation.get("iscrowd", 0) for annotation in annotations):
        return None
    return tuple(_segmentation(annotation.get("segmentation", []), record) for annotation in annotations)


def _segmentation(segmentation: Any, record: Record) -> Segmentation:
    if isinstance(segmentation, dict):
        size, expected = list(segmentation["size"]), [record["height"], record["width"]]
        if size != expected:
            raise DatasetError(f"{describe(record)}: a mask is for a picture of {size} (height, width), not {expected}")
        return {"size": size, "counts": segmentation["counts"]}
    return [np.asarray(polygon, dtype=np.float64).reshape(-1, 2) for polygon in segmentation]


def _keypoints(annotations: Sequence[Annotation], record: Record, expected: int) -> NDArray[np.float64] | None:
    """n×K×3; an object without keypoints, where others or the dataset have them, gets unlabelled ones."""
    counts = {len(annotation["keypoints"]) // 3 for annotation in annotations if annotation.get("keypoints")}
    if len(counts) > 1:
        raise DatasetError(f"{describe(record)}: objects have different numbers of keypoints: {sorted(counts)}")
    count = counts.pop() if counts else expected
    if not count:
        return None
    if expected and count != expected:
        raise DatasetError(f"{describe(record)}: objects have {count} keypoints, but the dataset names {expected}")
    values = [annotation.get("keypoints") or [0.0] * (3 * count) for annotation in annotations]
    return np.array(values, dtype=np.float64).reshape(len(annotations), count, 3)
