"""What records say of every pixel: semantic and panoptic maps, read or worked out from each other."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from detcore.data.pictures import read_label_map, read_panoptic_map
from detcore.errors import DatasetError
from detcore.structures import THING, UNLABELLED, LabelMaps, SegmentInfo

__all__ = ["has_panoptic_map", "label_maps_of", "panoptic_map", "semantic_map"]

Described = Mapping[str, Any]
"""A :class:`Record` or :class:`ModelInput`; the type checker would not take one function for both."""


def label_maps_of(record: Described) -> LabelMaps:
    """The label maps among a record's values, as they are."""
    return cast("LabelMaps", {name: record[name] for name in LabelMaps.__annotations__ if name in record})


def semantic_map(record: Described) -> NDArray[np.int32]:
    """The H×W map of semantic labels of a stored picture: its own, or its panoptic map with all things as label 0.

    Raises:
        DatasetError: there is none, it cannot be read, or it has another size than the picture.
    """
    if "sem_seg_file_name" in record:
        return _of_right_size(read_label_map(record["sem_seg_file_name"]), record)
    if not has_panoptic_map(record):
        raise DatasetError(f"{_name(record)}: the record names no semantic map (sem_seg_file_name) and no panoptic one")
    segment_ids, segments = panoptic_map(record)
    return _painted(segment_ids, segments)


def panoptic_map(record: Described) -> tuple[NDArray[np.int32], Sequence[SegmentInfo]]:
    """The H×W map of segment ids of a stored picture, and what the segments are.

    Raises:
        DatasetError: as for :func:`semantic_map`.
    """
    if "pan_seg" in record:
        return _of_right_size(record["pan_seg"], record), record["segments_info"]
    if "pan_seg_file_name" in record:
        return _of_right_size(read_panoptic_map(record["pan_seg_file_name"]), record), record["segments_info"]
    raise DatasetError(f"{_name(record)}: the record names no panoptic map (pan_seg_file_name)")


def has_panoptic_map(record: Described) -> bool:
    """Whether every pixel is said to belong to a thing or to stuff."""
    return "pan_seg" in record or "pan_seg_file_name" in record


def _painted(segment_ids: NDArray[np.int32], segments: Sequence[SegmentInfo]) -> NDArray[np.int32]:
    labels = {segment["id"]: THING if segment["isthing"] else segment["category_id"] for segment in segments}
    found, places = np.unique(segment_ids, return_inverse=True)
    painted = np.array([labels.get(each, UNLABELLED) for each in found.tolist()], dtype=np.int32)
    return painted[places].reshape(segment_ids.shape)


def _of_right_size(labels: NDArray[np.int32], record: Described) -> NDArray[np.int32]:
    expected = (record["height"], record["width"])
    if labels.shape != expected:
        raise DatasetError(
            f"{_name(record)}: a label map is for a picture of {labels.shape} (height, width), not {expected}"
        )
    return labels


def _name(record: Described) -> str:
    return str(record.get("file_name") or f"image {record['image_id']}")
