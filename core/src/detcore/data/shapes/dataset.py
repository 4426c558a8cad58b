"""The embedded dataset: each picture is drawn when it is asked for."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detcore.data.shapes.painting import Ground, lay_ground, paint
from detcore.data.shapes.scene import Scene, SceneRules, arrange
from detcore.interfaces import Dataset
from detcore.specs import DatasetMetadata
from detcore.structures import Annotation, Record, SegmentInfo, rle

__all__ = ["ShapesDataset"]

_SPLITS = {"train": 0, "test": 1}

FIRST_STUFF = 1
"""Semantic label of the first kind of ground; 0 is all things."""

_MAX_OBJECTS = 1000
"""Annotation ids of one picture; nothing comes near it."""


class ShapesDataset(Dataset):
    """Shapes on textured ground. A picture is a function of seed, split and index: the same in every process.

    Masks are run-length encodings of what is visible, boxes fit them tightly; keypoints are those of the whole shape,
    with visibility 1 where something covers them. In the panoptic map the ground comes first, then the objects in the
    order of their annotations.
    """

    def __init__(
        self,
        *,
        num_images: int,
        split: Literal["train", "test"],
        size: tuple[int, int],
        max_size: tuple[int, int],
        seed: int,
        rules: SceneRules,
        metadata: DatasetMetadata,
    ) -> None:
        self.num_images = num_images
        self.split = split
        self.size = size
        self.max_size = max_size
        self.seed = seed
        self.rules = rules
        self.metadata = metadata

    def __len__(self) -> int:
        return self.num_images

    def __getitem__(self, index: int) -> Record:
        generator = self._generator(index)
        height, width = self._draw_size(generator)
        scene = arrange(height, width, self.rules, generator)
        ground = lay_ground(height, width, generator)
        pan_seg, segments = _panoptic(scene, ground)
        return {
            "image": paint(scene, ground, generator),
            "height": height,
            "width": width,
            "image_id": index,
            "annotations": [_annotation(scene, position, index) for position in range(len(scene.shapes))],
            "pan_seg": pan_seg,
            "segments_info": segments,
        }

    def image_size(self, index: int) -> tuple[int, int]:
        """Height and width; nothing is drawn."""
        return self._draw_size(self._generator(index))

    def image_id(self, index: int) -> int:
        """The index itself; nothing is drawn."""
        return range(self.num_images)[index]

    def _generator(self, index: int) -> np.random.Generator:
        if not 0 <= index < self.num_images:
            raise IndexError(f"picture {index} of {self.num_images}")
        return np.random.default_rng([self.seed, _SPLITS[self.split], index])

    def _draw_size(self, generator: np.random.Generator) -> tuple[int, int]:
        height, width = generator.integers(self.size, self.max_size, endpoint=True)
        return int(height), int(width)


def _annotation(scene: Scene, position: int, index: int) -> Annotation:
    shape = scene.shapes[position]
    visible = scene.visible(position)
    return {
        "bbox": _tight_box(visible, shape.left, shape.top),
        "category_id": shape.class_id,
        "segmentation": rle.encode_crop(visible.T, shape.left, shape.top, *scene.owner.shape),
        "keypoints": _keypoints(scene, position),
        "iscrowd": 0,
        "area": float(np.count_nonzero(visible)),
        "id": index * _MAX_OBJECTS + position + 1,
    }


def _tight_box(visible: NDArray[np.bool_], left: int, top: int) -> list[float]:
    columns, rows = np.flatnonzero(visible.any(axis=0)), np.flatnonzero(visible.any(axis=1))
    return [float(edge) for edge in (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)]


def _keypoints(scene: Scene, position: int) -> list[float]:
    points = scene.shapes[position].keypoints
    # The outermost points lie on the outline; a pixel farther in, only what lies above the shape can be seen instead.
    inward = points[0] - points
    inner = points + inward / np.maximum(np.hypot(*inward.T), 1)[:, None]
    columns, rows = inner.astype(np.int64).T
    visibility = np.where(scene.owner[rows, columns] > position, 1.0, 2.0)
    flat: list[float] = np.column_stack([points, visibility]).reshape(-1).tolist()
    return flat


def _panoptic(scene: Scene, ground: Ground) -> tuple[NDArray[np.int32], list[SegmentInfo]]:
    first_thing = len(ground.kinds) + 1
    labels = np.where(scene.owner < 0, ground.regions + 1, scene.owner + first_thing).astype(np.int32)
    areas = np.bincount(labels.reshape(-1), minlength=first_thing + len(scene.shapes))
    stuff = [(kind + FIRST_STUFF, False) for kind in ground.kinds]
    things = [(shape.class_id, True) for shape in scene.shapes]
    segments: list[SegmentInfo] = [
        {"id": label, "category_id": category, "isthing": is_thing, "iscrowd": 0, "area": float(areas[label])}
        for label, (category, is_thing) in enumerate(stuff + things, start=1)
        if areas[label]
    ]
    return labels, segments
