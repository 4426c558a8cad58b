"""COCO's average precision and recall, by pycocotools.

The definition: https://cocodataset.org/#detection-eval. pycocotools reads files and prints; here it is given objects
in memory and is quiet. Its ``summarize`` answers −1 for AP unless 100 detections are allowed, so the statistics are
taken from its precision and recall arrays instead, with the same arithmetic.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from det_plugin_coco.evaluator_config import Task
from det_plugin_coco.seen_pictures import Detected, SeenPicture, TrueObject
from detcore.interfaces import EvaluationResult
from detcore.structures import rle

__all__ = ["measure"]

Entry = dict[str, Any]
"""An annotation as pycocotools wants it; it adds its own keys."""

SIZES: Final = {"s": 1, "m": 2, "l": 3}
"""Positions of small, medium and large in pycocotools' list of area ranges; 0 is all of them."""

KEYPOINT_SIZES: Final = {"m": 1, "l": 2}
"""The same for keypoints, which small objects are not labelled with."""


def measure(
    pictures: Sequence[SeenPicture],
    task: Task,
    *,
    classes: Sequence[str],
    max_detections: Sequence[int],
    use_categories: bool,
    keypoint_sigmas: Sequence[float] = (),
) -> EvaluationResult:
    """Every statistic of one task in percent, NaN where there is no ground truth to measure it on.

    ``AP``, ``AP50``, ``AP75``, ``APs``, ``APm``, ``APl``, ``AR<n>`` for each of ``max_detections``, ``ARs``, ``ARm``,
    ``ARl``, and AP by class name in ``per_class``, ``per_class_AP50`` and ``per_class_AP75``. Keypoints have no small
    objects, and ``AR``, ``AR50`` and ``AR75`` at the last of ``max_detections``.
    """
    if task == "keypoints" and not use_categories:
        # pycocotools finds no similarity where categories do not count: make them one.
        pictures, num_classes = [_of_one_class(picture) for picture in pictures], 1
    else:
        num_classes = len(classes)
    evaluation = _evaluated(pictures, task, num_classes, max_detections, use_categories, keypoint_sigmas)
    sizes = KEYPOINT_SIZES if task == "keypoints" else SIZES
    precision: NDArray[np.float64] = evaluation["precision"]  # IoU, recall, class, area range, limit
    recall: NDArray[np.float64] = evaluation["recall"]  # IoU, class, area range, limit
    result: dict[str, float | EvaluationResult] = {
        "AP": _percent(precision[:, :, :, 0, -1]),
        "AP50": _percent(precision[0, :, :, 0, -1]),
        "AP75": _percent(precision[5, :, :, 0, -1]),
        **{f"AP{size}": _percent(precision[:, :, :, at, -1]) for size, at in sizes.items()},
        **_recalls(recall[:, :, 0], task, max_detections),
        **{f"AR{size}": _percent(recall[:, :, at, -1]) for size, at in sizes.items()},
    }
    if use_categories:
        result |= _per_class(precision[:, :, :, 0, -1], classes)
    return result


def _recalls(recall: NDArray[np.float64], task: Task, max_detections: Sequence[int]) -> Mapping[str, float]:
    if task == "keypoints":
        last = recall[..., -1]
        return {"AR": _percent(last), "AR50": _percent(last[0]), "AR75": _percent(last[5])}
    return {f"AR{limit}": _percent(recall[..., at]) for at, limit in enumerate(max_detections)}


def _per_class(precision: NDArray[np.float64], classes: Sequence[str]) -> Mapping[str, EvaluationResult]:
    return {
        "per_class": {name: _percent(precision[:, :, at]) for at, name in enumerate(classes)},
        "per_class_AP50": {name: _percent(precision[0, :, at]) for at, name in enumerate(classes)},
        "per_class_AP75": {name: _percent(precision[5, :, at]) for at, name in enumerate(classes)},
    }


def _percent(values: NDArray[np.float64]) -> float:
    """The mean of what is defined; pycocotools marks the rest by −1."""
    defined = values[values > -1]
    return 100 * float(np.mean(defined)) if defined.size else math.nan


def _of_one_class(picture: SeenPicture) -> SeenPicture:
    found = picture.detected
    return evolve(
        picture,
        objects=tuple(evolve(each, class_id=0) for each in picture.objects),
        detected=evolve(found, classes=np.zeros_like(found.classes)),
    )


def _evaluated(
    pictures: Sequence[SeenPicture],
    task: Task,
    num_classes: int,
    max_detections: Sequence[int],
    use_categories: bool,
    keypoint_sigmas: Sequence[float],
) -> Mapping[str, Any]:
    with redirect_stdout(StringIO()):
        truth = _coco(_truth_entries(pictures, task), pictures, num_classes)
        found = _coco(_found_entries(pictures, task), pictures, num_classes)
        evaluation = COCOeval(truth, found, task)  # type: ignore[no-untyped-call]
        evaluation.params.maxDets = list(max_detections)
        evaluation.params.useCats = int(use_categories or task == "keypoints")
        evaluation.params.kpt_oks_sigmas = np.array(keypoint_sigmas)
        evaluation.evaluate()  # type: ignore[no-untyped-call]
        evaluation.accumulate()  # type: ignore[no-untyped-call]
    arrays: Mapping[str, Any] = evaluation.eval
    return arrays


def _coco(entries: Iterator[Entry], pictures: Sequence[SeenPicture], num_classes: int) -> COCO:
    """Pictures, classes and entries as pycocotools indexes them.

    Entries are numbered from 1: pycocotools takes a match with number 0 for none.
    """
    coco = COCO()  # type: ignore[no-untyped-call]
    coco.dataset = {
        "images": [_image_entry(at, picture) for at, picture in enumerate(pictures)],
        "categories": [{"id": class_id} for class_id in range(num_classes)],
        "annotations": [{"id": number, **entry} for number, entry in enumerate(entries, start=1)],
    }
    coco.createIndex()  # type: ignore[no-untyped-call]
    return coco


def _image_entry(at: int, picture: SeenPicture) -> Entry:
    height, width = picture.size
    return {"id": at, "height": height, "width": width}


def _truth_entries(pictures: Sequence[SeenPicture], task: Task) -> Iterator[Entry]:
    for at, picture in enumerate(pictures):
        for each in picture.objects:
            yield {"image_id": at, **_truth_entry(each, task)}


def _truth_entry(each: TrueObject, task: Task) -> Entry:
    known: Entry = {"category_id": each.class_id, "area": each.area, "iscrowd": int(each.is_crowd)}
    if task == "segm":
        return {**known, "segmentation": each.mask}
    if task == "bbox":
        return {**known, "bbox": list(each.box)}
    points = each.keypoints or ()
    num_labelled = sum(visibility > 0 for visibility in points[2::3])
    return {**known, "bbox": list(each.box), "keypoints": list(points), "num_keypoints": num_labelled}


def _found_entries(pictures: Sequence[SeenPicture], task: Task) -> Iterator[Entry]:
    for at, picture in enumerate(pictures):
        found = picture.detected
        rows = zip(found.classes.tolist(), found.scores.tolist(), _shapes(found, task), strict=True)
        for class_id, score, shape in rows:
            yield {"image_id": at, "category_id": class_id, "score": score, "iscrowd": 0, **shape}


def _shapes(found: Detected, task: Task) -> Iterator[Entry]:
    """What is compared, with its area: a mask's is not its box's, and decides whether it is small."""
    if task == "segm":
        for mask in found.masks or []:
            yield {"segmentation": mask, "area": rle.area(mask)}
    elif task == "bbox":
        for box, area in zip(found.boxes.tolist(), found.box_areas.tolist(), strict=True):
            yield {"bbox": box, "area": area}
    elif found.keypoints is not None:
        points = found.keypoints.reshape(len(found.keypoints), -1) if len(found.keypoints) else found.keypoints
        for row, area in zip(points.tolist(), found.box_areas.tolist(), strict=True):
            yield {"keypoints": row, "area": area}
