"""Pictures with everything that is known about them, and with everything that a model could say of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch

from detcore.structures import (
    Annotation,
    Boxes,
    Instances,
    Keypoints,
    ModelInput,
    ModelOutput,
    ROIMasks,
    SegmentInfo,
    rle,
)
from detcore.testing.examples import METADATA, noise, rectangle

__all__ = ["SEEN_SIZE", "seen_pictures"]

SEEN_SIZE: Final = (48, 64)
"""Height and width of the pictures."""

Box = tuple[float, float, float, float]

TRUTH: Final[Sequence[Sequence[tuple[Box, int]]]] = (
    (((4.0, 4.0, 20.0, 24.0), 0), ((30.0, 10.0, 60.0, 40.0), 1)),
    (((8.0, 6.0, 40.0, 30.0), 2),),
    (),
    (((2.0, 2.0, 30.0, 44.0), 1),),
)
"""Boxes and classes of the objects; one picture has none."""

FOUND: Final[Sequence[Sequence[tuple[Box, int, float]]]] = (
    (((4.0, 4.0, 20.0, 24.0), 0, 0.9), ((32.0, 10.0, 60.0, 41.0), 1, 0.8), ((0.0, 30.0, 9.0, 40.0), 1, 0.3)),
    (),
    (((10.0, 10.0, 20.0, 20.0), 0, 0.6),),
    (((2.0, 2.0, 30.0, 44.0), 1, 0.7), ((3.0, 2.0, 30.0, 30.0), 2, 0.5)),
)
"""The same of what is found, with scores: right, shifted, wrong, and missing."""


def seen_pictures() -> list[tuple[ModelInput, ModelOutput]]:
    """Each picture as a model got it and what the model says of it; enough for any evaluator of detection."""
    return [
        (_input(number, truth), _output(number, found))
        for number, (truth, found) in enumerate(zip(TRUTH, FOUND, strict=True))
    ]


def _input(number: int, truth: Sequence[tuple[Box, int]]) -> ModelInput:
    height, width = SEEN_SIZE
    return {
        "image": torch.zeros(3, height, width, dtype=torch.uint8),
        "height": height,
        "width": width,
        "image_id": number + 1,
        "file_name": f"{number + 1}.png",
        "annotations": [_annotation(number * 10 + place, *each) for place, each in enumerate(truth)],
        "pan_seg": _segments([box for box, _ in truth]),
        "segments_info": _segments_info([category for _, category in truth], stuff=number),
    }


def _annotation(identifier: int, box: Box, category: int) -> Annotation:
    x1, y1, x2, y2 = box
    return {
        "id": identifier,
        "bbox": list(box),
        "category_id": category,
        "segmentation": rle.encode(rectangle(SEEN_SIZE, box)),
        "keypoints": [x1 + 2, y1 + 2, 2, x2 - 2, y1 + 3, 2, x1 + 4, y2 - 3, 1],
        "iscrowd": 0,
    }


def _output(number: int, found: Sequence[tuple[Box, int, float]]) -> ModelOutput:
    boxes = torch.tensor([box for box, _, _ in found]).reshape(-1, 4)
    instances = Instances(
        SEEN_SIZE,
        pred_boxes=Boxes(boxes),
        scores=torch.tensor([score for _, _, score in found]),
        pred_classes=torch.tensor([category for _, category, _ in found], dtype=torch.long),
        pred_masks=ROIMasks(torch.ones(len(found), 7, 7), boxes),
        pred_keypoints=_keypoints(boxes),
    )
    segments = _segments([box for box, _, _ in found])
    return {
        "instances": instances,
        "sem_seg": noise(len(METADATA.stuff_classes), *SEEN_SIZE, seed=number),
        "panoptic_seg": (torch.from_numpy(segments), _segments_info([each for _, each, _ in found], stuff=number + 1)),
    }


def _keypoints(boxes: torch.Tensor) -> Keypoints:
    """At fixed distances from a box's corner, each with a score."""
    shifts = torch.tensor([[2.0, 2.0], [10.0, 3.0], [4.0, 12.0]])
    points = boxes[:, None, :2] + shifts
    return Keypoints(torch.cat([points, torch.full_like(points[..., :1], 0.5)], dim=2))


def _segments(boxes: Sequence[Box]) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    """Segment ids: 1 is stuff, then the objects in their order, later ones in front."""
    segments = np.ones(SEEN_SIZE, dtype=np.int32)
    for number, box in enumerate(boxes):
        segments[rectangle(SEEN_SIZE, box)] = number + 2
    return segments


def _segments_info(categories: Sequence[int], *, stuff: int) -> list[SegmentInfo]:
    label = 1 + stuff % (len(METADATA.stuff_classes) - 1)
    things: list[SegmentInfo] = [
        {"id": number + 2, "category_id": category, "isthing": True, "score": 0.5, "iscrowd": 0}
        for number, category in enumerate(categories)
    ]
    return [{"id": 1, "category_id": label, "isthing": False, "iscrowd": 0}, *things]
