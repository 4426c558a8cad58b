"""Applying one decided transform to everything a sample holds."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from detcore.data.polygon_clipping import clip_polygon
from detcore.interfaces import Sample, Segmentation, Transform
from detcore.structures import rle

__all__ = ["apply"]


def apply(transform: Transform, sample: Sample, *, keypoint_flip: Sequence[int] = ()) -> Sample:
    """The transformed sample; the given one is not changed.

    A box becomes the bounding box of its four transformed corners, clipped to the picture. Polygons are cut only by a
    transform that cuts the picture. Keypoints that leave the picture become unlabelled; where the transform mirrors,
    each becomes the one that ``keypoint_flip`` names. No object is dropped.
    """
    height, width = sample.image.shape[:2]
    size = transform.output_size(height, width)
    cuts = _cuts(transform, (height, width), size)
    return evolve(
        sample,
        image=transform.image(sample.image),
        boxes=_boxes(transform, sample.boxes, size),
        masks=None if sample.masks is None else tuple(_mask(transform, mask, size, cuts) for mask in sample.masks),
        keypoints=None if sample.keypoints is None else _keypoints(transform, sample.keypoints, size, keypoint_flip),
        proposals=None if sample.proposals is None else _boxes(transform, sample.proposals, size),
        label_maps={name: transform.label_map(labels) for name, labels in sample.label_maps.items()},
    )


def _cuts(transform: Transform, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether part of the old picture lies outside the new one."""
    corners = transform.points(_corners(np.array([[0.0, 0.0, before[1], before[0]]]))[0])
    rounding = 1e-6 * max(after)
    return bool((corners < -rounding).any() or (corners > np.array([after[1], after[0]]) + rounding).any())


def _boxes(transform: Transform, boxes: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    corners = transform.points(_corners(boxes).reshape(-1, 2)).reshape(-1, 4, 2)
    height, width = size
    moved = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    return moved.clip(0, [width, height, width, height])


def _corners(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """n×4 boxes to n×4×2 points."""
    return boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


def _mask(transform: Transform, mask: Segmentation, size: tuple[int, int], cuts: bool) -> Segmentation:
    if isinstance(mask, list):
        polygons = [transform.points(polygon) for polygon in mask]
        if not cuts:
            return polygons
        clipped = [clip_polygon(polygon, height=size[0], width=size[1]) for polygon in polygons]
        return [polygon for polygon in clipped if len(polygon)]
    bitmap = rle.decode(mask) if isinstance(mask, dict) else mask
    # What is put around the picture has a label of its own there, and is no part of the object.
    moved: NDArray[np.bool_] = transform.label_map(bitmap.astype(np.uint8)) == 1
    return moved


def _keypoints(
    transform: Transform, keypoints: NDArray[np.float64], size: tuple[int, int], flip: Sequence[int]
) -> NDArray[np.float64]:
    points = transform.points(keypoints[..., :2].reshape(-1, 2)).reshape(*keypoints.shape[:2], 2)
    height, width = size
    # A point exactly on the right or bottom edge is inside.
    inside = ((points >= 0) & (points <= [width, height])).all(axis=2, keepdims=True)
    moved = np.concatenate([points, np.where(inside, keypoints[..., 2:], 0.0)], axis=2)
    return moved[:, list(flip)] if transform.mirrors and flip else moved
