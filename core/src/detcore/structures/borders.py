"""The plain dicts that cross the borders between datasets, models and evaluators.

Boxes are continuous pixel coordinates, ``x1 y1 x2 y2`` with the right and the bottom edge outside; the origin is the
outer corner of the top-left pixel.
"""

from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

import numpy as np
from torch import Tensor

if TYPE_CHECKING:
    from detcore.structures.instances import Instances

__all__ = ["Annotation", "ModelInput", "ModelOutput", "RLEDict", "Record", "SegmentInfo"]


class RLEDict(TypedDict):
    """A mask as COCO stores it."""

    size: list[int]
    """Height and width."""

    counts: bytes | str | list[int]
    """Compressed (bytes or str) or plain run lengths, column by column, starting with background."""


class Annotation(TypedDict):
    """One object of a :class:`Record`, in pixels of the stored picture."""

    bbox: list[float]
    bbox_mode: NotRequired[Literal["xyxy", "xywh"]]
    """``"xyxy"`` where absent."""

    category_id: int
    """Class id inside a model: contiguous from 0. The dataset's own id is ``metadata.category_id(category_id)``."""

    segmentation: NotRequired[list[list[float]] | RLEDict]
    """Polygons (each ``x0 y0 x1 y1 …``, together one object) or an RLE of the whole picture."""

    keypoints: NotRequired[list[float]]
    """``x y visibility`` per keypoint; visibility 0: not labelled, 1: hidden, 2: visible."""

    iscrowd: NotRequired[int]
    """1: a group of objects, ignored in training and excused in evaluation."""

    area: NotRequired[float]
    id: NotRequired[int]


class SegmentInfo(TypedDict):
    """One segment of a panoptic map."""

    id: int
    """The value of its pixels in the map."""

    category_id: int
    """Position among the object classes, or among the stuff classes where ``isthing`` is false."""

    isthing: bool
    iscrowd: NotRequired[int]
    area: NotRequired[float]


class Record(TypedDict):
    """One annotated picture, as a dataset yields it. Has ``file_name`` or, for generated pictures, ``image``."""

    file_name: NotRequired[str]
    image: NotRequired[np.ndarray[Any, np.dtype[np.uint8]]]
    """H×W×3, RGB, uint8."""

    height: int
    width: int
    image_id: int | str
    annotations: list[Annotation]
    sem_seg_file_name: NotRequired[str]
    pan_seg_file_name: NotRequired[str]
    pan_seg: NotRequired[np.ndarray[Any, np.dtype[np.int32]]]
    """H×W map of segment ids, 0 where nothing is labelled."""

    segments_info: NotRequired[list[SegmentInfo]]


class ModelInput(TypedDict):
    """One picture as a model takes it."""

    image: Tensor
    """C×H×W, uint8 or float in 0…255, channels in the model's order."""

    height: int
    """Height the *output* should have, usually that of the stored picture."""

    width: int
    instances: NotRequired["Instances"]
    """Ground truth in pixels of ``image``: ``gt_boxes``, ``gt_classes``, ``gt_masks``, ``gt_keypoints``."""

    sem_seg: NotRequired[Tensor]
    proposals: NotRequired["Instances"]
    file_name: NotRequired[str]
    image_id: NotRequired[int | str]
    annotations: NotRequired[list[Annotation]]
    """The record's own annotations, untouched, in pixels of the stored picture: what evaluators compare with."""


class ModelOutput(TypedDict, total=False):
    """What a model says of one picture, in pixels of the wanted output size."""

    instances: "Instances"
    """``pred_boxes``, ``scores``, ``pred_classes``, ``pred_masks``, ``pred_keypoints``; highest score first."""

    proposals: "Instances"
    sem_seg: Tensor
    panoptic_seg: tuple[Tensor, list[SegmentInfo]]
