"""A dataset that stands in for one that cannot be opened."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch

from detcore.interfaces import Dataset
from detcore.specs import DatasetMetadata
from detcore.structures import Annotation, Boxes, Instances, ModelInput, Record, SegmentInfo

__all__ = ["ASSUMED_OBJECTS", "ASSUMED_SIZE", "AssumedPictures", "with_assumed_proposals"]

ASSUMED_SIZE: Final = (480, 640)
"""Height and width of most pictures of COCO."""

ASSUMED_OBJECTS: Final = 8
"""About what a picture of COCO holds."""

ASSUMED_KEYPOINTS: Final = 17
"""Those of COCO's persons."""

ASSUMED_PROPOSALS: Final = 1000
"""What a published proposal network hands on."""


class AssumedPictures(Dataset):
    """One empty picture with a few objects on a ground, with masks, keypoints and labels to learn."""

    def __init__(self, classes: Sequence[str] | None) -> None:
        points = tuple(f"point {index}" for index in range(ASSUMED_KEYPOINTS))
        self.metadata = DatasetMetadata(
            classes=tuple(classes or ["object"]), has_masks=True, keypoints=points, stuff_classes=("things", "ground")
        )

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Record:
        if index != 0:
            raise IndexError(index)
        height, width = ASSUMED_SIZE
        return Record(
            image=np.zeros((height, width, 3), dtype=np.uint8),
            height=height,
            width=width,
            image_id=0,
            annotations=[_square(position) for position in range(ASSUMED_OBJECTS)],
            pan_seg=np.ones((height, width), dtype=np.int32),
            segments_info=[SegmentInfo(id=1, category_id=1, isthing=False)],
        )


def with_assumed_proposals(inputs: Sequence[ModelInput]) -> list[ModelInput]:
    """The inputs, for a model that is told where to look: each with proposals of every size all over the picture."""
    return [each if "proposals" in each else {**each, "proposals": _proposals(each)} for each in inputs]


def _proposals(model_input: ModelInput) -> Instances:
    height, width = model_input["image"].shape[-2:]
    share = torch.linspace(0.02, 0.5, ASSUMED_PROPOSALS)
    far = torch.tensor([width, height, width, height])
    boxes = torch.stack([share / 2, share / 2, 1.5 * share, 1.5 * share], dim=1) * far
    return Instances((height, width), proposal_boxes=Boxes(boxes))


def _square(position: int) -> Annotation:
    """An object of 40 to 250 pixels a side, from the top left to the bottom right."""
    side = 40.0 + 30 * position
    x, y = 50.0 * position, 25.0 * position
    outline = [x, y, x + side, y, x + side, y + side, x, y + side]
    points = [value for _ in range(ASSUMED_KEYPOINTS) for value in (x + side / 2, y + side / 2, 2.0)]
    return Annotation(bbox=[x, y, x + side, y + side], category_id=0, segmentation=[outline], keypoints=points)
