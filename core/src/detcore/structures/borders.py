"""The plain dicts that cross the borders between datasets, models and evaluators.

Boxes are continuous pixel coordinates, ``x1 y1 x2 y2`` with the right and the bottom edge outside; the origin is the
outer corner of the top-left pixel.
"""

from typing import TYPE_CHECKING, Any, Final, Literal, NotRequired, TypedDict

import numpy as np
from torch import Tensor

if TYPE_CHECKING:
    from detcore.structures.instances import Instances

__all__ = [
    "THING",
    "UNLABELLED",
    "Annotation",
    "LabelMaps",
    "ModelInput",
    "ModelOutput",
    "RLEDict",
    "Record",
    "SegmentInfo",
]

THING: Final = 0
"""The semantic label of all objects together, where a semantic map is made of a panoptic one."""

UNLABELLED: Final = 255
"""The label of pixels of a semantic map of which nobody says what they are."""


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
    """Position among the object classes; where ``isthing`` is false, among the stuff classes: its semantic label."""

    isthing: bool
    iscrowd: NotRequired[int]
    area: NotRequired[float]
    score: NotRequired[float]
    """Of a predicted thing: its detection's."""

    instance_id: NotRequired[int]
    """Of a predicted thing: its detection's position."""


class LabelMaps(TypedDict, total=False):
    """What is said of every pixel of a stored picture, as files or arrays."""

    sem_seg_file_name: str
    """A grey picture of semantic labels; :data:`UNLABELLED` where nothing is."""

    pan_seg_file_name: str
    """An RGB picture of segment ids, as COCO's."""

    pan_seg: np.ndarray[Any, np.dtype[np.int32]]
    """H×W map of segment ids, 0 where nothing is labelled."""

    segments_info: list[SegmentInfo]


class Record(LabelMaps):
    """One annotated picture, as a dataset yields it. Has ``file_name`` or, for generated pictures, ``image``."""

    file_name: NotRequired[str]
    image: NotRequired[np.ndarray[Any, np.dtype[np.uint8]]]
    """H×W×3, RGB, uint8."""

    height: int
    width: int
    image_id: int | str
    annotations: list[Annotation]
    proposal_boxes: NotRequired[np.ndarray[Any, np.dtype[np.float32]]]
    """P×4, ``x1 y1 x2 y2``, best first: where a model may look that makes no proposals of its own."""

    max_proposals: NotRequired[int]
    """The best so many of those that augmentation leaves something of are looked at; not there: all of them."""


class ModelInput(LabelMaps):
    """One picture as a model takes it; its label maps are the record's own, for evaluators to compare with."""

    image: Tensor
    """C×H×W, uint8 or float in 0…255, channels in the model's order."""

    height: NotRequired[int]
    """Height the *output* should have, usually that of the stored picture; absent: that of ``image``."""

    width: NotRequired[int]
    instances: NotRequired["Instances"]
    """Ground truth in pixels of ``image``: ``gt_boxes``, ``gt_classes``, ``gt_masks``, ``gt_keypoints``."""

    sem_seg: NotRequired[Tensor]
    """Semantic labels in pixels of ``image``, H×W, to learn from."""

    proposals: NotRequired["Instances"]
    """Where to look, in pixels of ``image``: ``proposal_boxes``, best first."""

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
    """Logits of every label, C×H×W."""

    panoptic_seg: tuple[Tensor, list[SegmentInfo]]
    """H×W map of segment ids, 0 where no segment is, and what the segments are."""
