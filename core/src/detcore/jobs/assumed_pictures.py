"""A dataset that stands in for one that cannot be opened."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from detcore.interfaces import Dataset
from detcore.specs import DatasetMetadata
from detcore.structures import Annotation, Record

__all__ = ["ASSUMED_OBJECTS", "ASSUMED_SIZE", "AssumedPictures"]

ASSUMED_SIZE: Final = (480, 640)
"""Height and width of most pictures of COCO."""

ASSUMED_OBJECTS: Final = 8
"""About what a picture of COCO holds."""


class AssumedPictures(Dataset):
    """One empty picture with a few objects, which have masks, so that a model may learn all it can of them."""

    def __init__(self, classes: Sequence[str] | None) -> None:
        self.metadata = DatasetMetadata(classes=tuple(classes or ["object"]), has_masks=True)

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
        )


def _square(position: int) -> Annotation:
    """An object of 40 to 250 pixels a side, from the top left to the bottom right."""
    side = 40.0 + 30 * position
    x, y = 50.0 * position, 25.0 * position
    outline = [x, y, x + side, y, x + side, y + side, x, y + side]
    return Annotation(bbox=[x, y, x + side, y + side], category_id=0, segmentation=[outline])
