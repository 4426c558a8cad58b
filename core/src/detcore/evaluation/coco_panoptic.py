"""Predicted segments as COCO's panoptic files hold them.

The format: https://cocodataset.org/#format-results, section 4. Category ids of things are the dataset's own; those of
stuff follow them, since the metadata of a dataset do not keep its own.
"""

from typing import NamedTuple, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from detcore.specs import DatasetMetadata
from detcore.structures import ModelOutput, SegmentInfo

__all__ = ["CocoSegment", "PanopticPrediction", "panoptic_categories", "panoptic_prediction"]


class CocoSegment(TypedDict):
    """An entry of ``segments_info``."""

    id: int
    category_id: int
    area: int
    bbox: list[int]
    """Left, top, width and height of its pixels; integers, as COCO's own."""

    iscrowd: int
    score: NotRequired[float]
    """Of a thing."""


class PanopticPrediction(NamedTuple):
    """One picture's."""

    colours: NDArray[np.uint8]
    """H×W×3, RGB: a segment's id is red + 256 green + 65536 blue; black where there is none."""

    segments: list[CocoSegment]


def panoptic_categories(metadata: DatasetMetadata) -> list[dict[str, object]]:
    """Things and stuff, by the ids that predictions give them."""
    things = [
        {"id": metadata.category_id(index), "name": name, "isthing": 1} for index, name in enumerate(metadata.classes)
    ]
    stuff = [
        {"id": _stuff_id(label, metadata), "name": name, "isthing": 0}
        for label, name in enumerate(metadata.stuff_classes)
        if label  # label 0 is all things together
    ]
    return [*things, *stuff]


def panoptic_prediction(output: ModelOutput, metadata: DatasetMetadata) -> PanopticPrediction:
    """The segments of an output that has some (``panoptic_seg``); pixels of those that are not listed have none."""
    segment_ids, segments = output["panoptic_seg"]
    ids = segment_ids.cpu().numpy().astype(np.int32)
    ids = np.where(np.isin(ids, [segment["id"] for segment in segments]), ids, 0)
    colours = np.stack([ids & 255, ids >> 8 & 255, ids >> 16], axis=2).astype(np.uint8)
    return PanopticPrediction(colours, [_as_coco(segment, ids == segment["id"], metadata) for segment in segments])


def _as_coco(segment: SegmentInfo, pixels: NDArray[np.bool_], metadata: DatasetMetadata) -> CocoSegment:
    category_id = segment["category_id"]
    told = CocoSegment(
        id=segment["id"],
        category_id=metadata.category_id(category_id) if segment["isthing"] else _stuff_id(category_id, metadata),
        area=int(pixels.sum()),
        bbox=_bounds(pixels),
        iscrowd=0,
    )
    if "score" in segment:
        told["score"] = float(segment["score"])
    return told


def _bounds(pixels: NDArray[np.bool_]) -> list[int]:
    if not pixels.any():
        return [0, 0, 0, 0]
    (top, bottom), (left, right) = (np.flatnonzero(pixels.any(axis=axis))[[0, -1]].tolist() for axis in (1, 0))
    return [left, top, right + 1 - left, bottom + 1 - top]


def _stuff_id(label: int, metadata: DatasetMetadata) -> int:
    return label + max(map(metadata.category_id, range(len(metadata.classes))), default=0)
