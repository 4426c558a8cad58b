"""What a model says of a picture, and what is there, drawn: segments where it tells any, else objects or labels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detcore.data import has_panoptic_map, panoptic_map, semantic_map
from detcore.drawing import draw_instances, draw_panoptic_map, draw_semantic_map
from detcore.specs import DatasetMetadata
from detcore.structures import ModelOutput, Record, SegmentInfo

__all__ = ["drawn_prediction", "drawn_truth"]

Picture = NDArray[np.uint8]


def drawn_prediction(
    image: Picture, output: ModelOutput, metadata: DatasetMetadata, *, score_threshold: float = 0.0
) -> Picture:
    """The prediction on its picture; objects below ``score_threshold`` are left out."""
    if "panoptic_seg" in output:
        segment_ids, segments = output["panoptic_seg"]
        return _segments(image, segment_ids.cpu().numpy(), segments, metadata, score_threshold=score_threshold)
    if "instances" in output:
        return draw_instances(
            image,
            output["instances"],
            metadata.classes,
            score_threshold=score_threshold,
            skeleton=metadata.keypoint_skeleton,
        )
    if "sem_seg" in output:
        labels = output["sem_seg"].argmax(dim=0).cpu().numpy().astype(np.int32)
        return draw_semantic_map(image, labels, metadata.stuff_classes)
    return draw_instances(image, [], metadata.classes)


def drawn_truth(image: Picture, record: Record, metadata: DatasetMetadata, *, beside: ModelOutput) -> Picture:
    """The annotations that a prediction of this kind stands beside."""
    if "panoptic_seg" in beside and has_panoptic_map(record):
        return _segments(image, *panoptic_map(record), metadata)
    if "instances" in beside or "sem_seg" not in beside:
        return draw_instances(image, record["annotations"], metadata.classes, skeleton=metadata.keypoint_skeleton)
    return draw_semantic_map(image, semantic_map(record), metadata.stuff_classes)


def _segments(
    image: Picture,
    segment_ids: NDArray[np.int32],
    segments: Sequence[SegmentInfo],
    metadata: DatasetMetadata,
    *,
    score_threshold: float = 0.0,
) -> Picture:
    return draw_panoptic_map(
        image,
        segment_ids,
        segments,
        thing_names=metadata.classes,
        stuff_names=metadata.stuff_classes,
        score_threshold=score_threshold,
    )
