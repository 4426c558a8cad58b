"""Average precision as the Pascal VOC challenges define it.

The PASCAL Visual Object Classes Challenge: a Retrospective, section 4.1: http://host.robots.ox.ac.uk/pascal/VOC/pubs/everingham15.pdf
Boxes are continuous here; VOC's files count whole pixels from 1, edges included, which gives the same areas once ``x1``
and ``y1`` are moved by 1.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoxesOfClass", "Interpolation", "average_precision", "mean_of_known", "precision_recall"]

Interpolation = Literal["area", "eleven-points"]
"""``"area"`` below the curve, as from 2010 on, or ``"eleven-points"`` of it, as in 2007."""

Floats = NDArray[np.float64]


class BoxesOfClass(NamedTuple):
    """What is there of one class in one picture, and what was detected; boxes are n×4, ``x1 y1 x2 y2``."""

    objects: Floats
    is_difficult: NDArray[np.bool_]
    """Objects that need not be found and, found, count for nothing."""

    detected: Floats
    scores: Floats


def precision_recall(pictures: Sequence[BoxesOfClass], *, iou: float) -> tuple[Floats, Floats]:
    """Precision and recall after each detection of all pictures, best first.

    Recall is NaN where nothing is to be found.

    A detection is right where the object that it overlaps most, by more than ``iou``, has not been found before.
    """
    verdicts = [verdict for each in pictures for verdict in _verdicts(each, iou)]
    verdicts.sort(key=lambda verdict: -verdict[0])
    right = np.cumsum([is_right for _, is_right, _ in verdicts], dtype=np.float64)
    wrong = np.cumsum([is_wrong for _, _, is_wrong in verdicts], dtype=np.float64)
    number = _to_be_found(pictures)
    recall = right / number if number else np.full(len(right), np.nan)
    return right / np.maximum(right + wrong, np.finfo(np.float64).eps), recall


def average_precision(pictures: Sequence[BoxesOfClass], *, iou: float, interpolation: Interpolation) -> float:
    """One number for the curve; NaN where nothing is to be found."""
    if not _to_be_found(pictures):
        return float("nan")
    precision, recall = precision_recall(pictures, iou=iou)
    if interpolation == "eleven-points":
        return float(np.mean([precision[recall >= level].max(initial=0.0) for level in np.arange(0.0, 1.1, 0.1)]))
    best = np.maximum.accumulate(np.append(precision, 0.0)[::-1])[::-1][:-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * best))


def _to_be_found(pictures: Sequence[BoxesOfClass]) -> int:
    """The number of objects that are not difficult."""
    return sum(int(np.count_nonzero(~each.is_difficult)) for each in pictures)


def _verdicts(picture: BoxesOfClass, iou: float) -> Iterator[tuple[float, bool, bool]]:
    """Score, and whether right and whether wrong, of every detection; one of a difficult object is neither."""
    found = picture.is_difficult.copy()
    for index in np.argsort(-picture.scores, kind="stable"):
        score = float(picture.scores[index])
        overlaps = _overlaps(picture.objects, picture.detected[index])
        best = int(overlaps.argmax()) if len(overlaps) else -1
        if best < 0 or overlaps[best] <= iou:
            yield score, False, True
        elif picture.is_difficult[best]:
            yield score, False, False
        else:
            yield score, not found[best], bool(found[best])
            found[best] = True


def _overlaps(boxes: Floats, box: Floats) -> Floats:
    """Intersection over union of each with one."""
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    shared = np.prod(sides.clip(min=0), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    overlaps: Floats = shared / (areas - shared)
    return overlaps


def mean_of_known(values: Iterable[float]) -> float:
    """The mean of those that are not NaN; NaN where there is none."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
