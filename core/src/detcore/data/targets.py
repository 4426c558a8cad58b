"""What a model learns from, and where it is told to look: boxes of an augmented sample as :class:`Instances`."""

import numpy as np
import torch
from numpy.typing import NDArray

from detcore.interfaces import Sample, Segmentation
from detcore.structures import BitMasks, Boxes, Instances, Keypoints, PolygonMasks, rle

__all__ = ["instances_from_sample", "proposals_of"]

_SMALLEST_SIDE = 1e-5
"""Pixels; a box with a shorter side is empty, as in the reference."""


def instances_from_sample(sample: Sample) -> Instances:
    """``gt_boxes``, ``gt_classes`` and, where known, ``gt_masks`` and ``gt_keypoints``, in pixels of the picture.

    Crowds are left out, and so is what augmentation left nothing of. ``gt_masks`` are polygons where all of them are,
    and bitmaps otherwise.
    """
    height, width = sample.image.shape[:2]
    kept = [index for index in range(len(sample.boxes)) if _is_target(sample, index)]
    boxes = sample.boxes[kept].clip(0, [width, height, width, height])
    instances = Instances(
        (height, width),
        gt_boxes=Boxes(torch.from_numpy(boxes.astype(np.float32))),
        gt_classes=torch.from_numpy(sample.classes[kept]),
    )
    if sample.masks is not None:
        instances.gt_masks = _mask_target([sample.masks[index] for index in kept], height, width)
    if sample.keypoints is not None:
        instances.gt_keypoints = _keypoint_target(sample.keypoints[kept])
    return instances


def proposals_of(boxes: NDArray[np.float64], height: int, width: int, *, most: int | None) -> Instances:
    """``proposal_boxes`` of a picture of this size: of what augmentation left something of, the first ``most``.

    As in the reference, a box that was cropped away takes no place from one that was not.
    """
    inside = boxes.reshape(-1, 4).clip(0, [width, height, width, height])
    kept = inside[(inside[:, 2:] > inside[:, :2]).all(axis=1)][:most]
    return Instances((height, width), proposal_boxes=Boxes(torch.from_numpy(kept.astype(np.float32))))


def _is_target(sample: Sample, index: int) -> bool:
    height, width = sample.image.shape[:2]
    box = sample.boxes[index].clip(0, [width, height, width, height])
    has_area = bool((box[2:] - box[:2] > _SMALLEST_SIDE).all())
    has_mask = sample.masks is None or _is_mask(sample.masks[index])
    return has_area and has_mask and not sample.is_crowd[index]


def _is_mask(mask: Segmentation) -> bool:
    """Whether anything is left of a mask; an RLE that no transform touched is trusted."""
    if isinstance(mask, list):
        return len(mask) > 0
    return isinstance(mask, dict) or bool(mask.any())


def _mask_target(masks: list[Segmentation], height: int, width: int) -> PolygonMasks | BitMasks:
    polygons = [mask for mask in masks if isinstance(mask, list)]
    if len(polygons) == len(masks):
        return PolygonMasks(polygons)
    bitmaps = [_bitmap(mask, height, width) for mask in masks]
    return BitMasks(torch.from_numpy(np.stack(bitmaps)))


def _bitmap(mask: Segmentation, height: int, width: int) -> NDArray[np.bool_]:
    if isinstance(mask, list):
        return rle.decode(rle.from_polygons(mask, height, width))
    return rle.decode(mask) if isinstance(mask, dict) else mask


def _keypoint_target(keypoints: NDArray[np.float64]) -> Keypoints:
    """Unlabelled keypoints have no place."""
    labelled = keypoints * (keypoints[..., 2:] > 0)
    return Keypoints(torch.from_numpy(labelled.astype(np.float32)))
