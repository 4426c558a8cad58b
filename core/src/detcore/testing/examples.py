"""What kits try components on: the same each time, small, and with something of everything."""

from collections.abc import Sequence
from math import ceil
from typing import Final

import numpy as np
import torch
from torch import Tensor

from detcore.interfaces import Sample
from detcore.specs import DatasetMetadata, DataSpec, FeatureShape, Shapes
from detcore.structures import BitMasks, Boxes, Instances, Keypoints

__all__ = [
    "DATA",
    "METADATA",
    "PICTURE_SIZES",
    "SHAPES",
    "feature_maps",
    "no_objects",
    "noise",
    "objects",
    "pictures",
    "rectangle",
    "sample",
    "sizes",
]

METADATA: Final = DatasetMetadata(
    classes=("circle", "square", "cross"),
    category_ids=(1, 2, 7),
    has_masks=True,
    keypoints=("left", "right", "middle"),
    keypoint_flip=(1, 0, 2),
    keypoint_sigmas=(0.1, 0.1, 0.1),
    stuff_classes=("things", "sky", "grass", "road"),
    name="conformance",
)
"""Of the data that components are tried on."""

DATA: Final = DataSpec(
    classes=METADATA.classes, has_masks=True, keypoints=METADATA.keypoints, stuff_classes=METADATA.stuff_classes
)
"""What is known of it before it is read."""

SHAPES: Final[Shapes] = {f"p{level}": FeatureShape(channels=8, stride=2**level) for level in range(2, 7)}
"""Feature maps of a small pyramid, for heads."""

PICTURE_SIZES: Final = ((64, 128), (60, 80))
"""Heights and widths of the two pictures of a batch, before they are padded to the first."""

BOXES: Final = ((4.0, 4.0, 12.0, 11.0), (20.0, 8.0, 50.0, 44.0), (3.0, 2.0, 76.0, 58.0), (60.0, 30.0, 78.0, 55.0))
"""Small and large ones, so that every level of a pyramid has something to learn; inside both pictures."""

CLASSES: Final = (0, 1, 2, 1)


def noise(*shape: int, seed: int = 0) -> Tensor:
    """Numbers of a normal distribution, the same each time, on the current default device."""
    numbers = torch.randn(shape, generator=torch.Generator(device="cpu").manual_seed(seed), device="cpu")
    return numbers.to(torch.get_default_device())


def pictures(number: int, height: int, width: int) -> Tensor:
    """A normalised batch."""
    return noise(number, 3, height, width)


def sizes() -> Tensor:
    """Of the pictures of a batch before padding, as models are told them."""
    return torch.tensor(PICTURE_SIZES)


def feature_maps(shapes: Shapes) -> dict[str, Tensor]:
    """What a backbone of these shapes makes of two pictures."""
    height, width = PICTURE_SIZES[0]
    return {
        name: noise(2, shape.channels, ceil(height / shape.stride), ceil(width / shape.stride), seed=index)
        for index, (name, shape) in enumerate(shapes.items())
    }


def objects(size: tuple[int, int], *, boxes: Sequence[Sequence[float]] = BOXES) -> Instances:
    """Ground truth of a picture: filled boxes, each with its keypoints inside."""
    keypoints = [[[x1 + 1, y1 + 1, 2], [x2 - 1, y2 - 1, 1], [x1 + 2, y2 - 2, 2]] for x1, y1, x2, y2 in boxes]
    return Instances(
        size,
        gt_boxes=Boxes([list(box) for box in boxes]),
        gt_classes=torch.tensor(CLASSES[: len(boxes)], dtype=torch.long),
        gt_masks=BitMasks(np.array([rectangle(size, box) for box in boxes], dtype=np.bool_).reshape(-1, *size)),
        gt_keypoints=Keypoints(torch.tensor(keypoints).reshape(-1, 3, 3)),
    )


def no_objects(size: tuple[int, int]) -> Instances:
    """Ground truth of a picture that shows nothing."""
    return objects(size, boxes=())


def rectangle(size: tuple[int, int], box: Sequence[float]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """The H×W bitmap of a box."""
    bitmap = np.zeros(size, dtype=np.bool_)
    x1, y1, x2, y2 = (round(value) for value in box)
    bitmap[y1:y2, x1:x2] = True
    return bitmap


def sample(size: tuple[int, int] = (96, 128), *, box: Sequence[float] | None = (30.0, 20.0, 90.0, 76.0)) -> Sample:
    """A dark picture with one bright rectangle, which is the object, its mask and its label; ``None``: without it."""
    bitmap = np.zeros(size, dtype=np.bool_) if box is None else rectangle(size, box)
    count = 0 if box is None else 1
    corners = [] if box is None else [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]]]
    points = [[x, y, 2.0] for x, y in corners]
    return Sample(
        image=np.where(bitmap[:, :, None], np.uint8(200), np.uint8(40)) + np.zeros(3, dtype=np.uint8),
        boxes=np.array([box] * count, dtype=np.float64).reshape(-1, 4),
        classes=np.zeros(count, dtype=np.int64),
        is_crowd=np.zeros(count, dtype=np.bool_),
        masks=(bitmap,) * count,
        keypoints=np.array([points] * count, dtype=np.float64).reshape(-1, 3, 3),
        label_maps={"sem_seg": bitmap.astype(np.int32)},
    )
