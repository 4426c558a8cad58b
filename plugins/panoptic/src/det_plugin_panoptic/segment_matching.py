"""Which predicted segments of one picture are right.

Panoptic Segmentation, section 4: https://arxiv.org/abs/1801.00868
The corners (crowds, unlabelled pixels, areas) are those of panopticapi.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detcore.structures import SegmentInfo

__all__ = ["Category", "Matches", "Segmented", "match_segments", "summed"]

VOID = 0
"""The id of pixels that belong to no segment."""

MAX_SEGMENT_ID = 2**32

Category = tuple[bool, int]
"""Whether it is a thing, and its class: two classes of one number are not the same."""

Overlaps = Mapping[tuple[int, int], int]
"""Pixels that a true and a predicted segment share, by their ids."""


class Segmented(NamedTuple):
    """A picture in segments."""

    ids: NDArray[np.integer]
    """H×W."""

    segments: Sequence[SegmentInfo]


class Matches(NamedTuple):
    """What became of the segments of one category."""

    iou: float = 0.0
    """Sum over the segments that were found."""

    found: int = 0
    wrong: int = 0
    """Predicted, but not there."""

    missed: int = 0
    """There, but not predicted."""

    def plus(self, other: "Matches") -> "Matches":
        """Both together."""
        return Matches(
            iou=self.iou + other.iou,
            found=self.found + other.found,
            wrong=self.wrong + other.wrong,
            missed=self.missed + other.missed,
        )


def match_segments(true: Segmented, predicted: Segmented) -> dict[Category, Matches]:
    """Matches of every category that one of the two mentions.

    Two segments of one category match where they overlap by more than half. Predicted pixels of no true segment count
    for nothing, and neither does a prediction of which more than half is there, or in a crowd of its category.
    """
    overlaps = _overlaps(true.ids, predicted.ids)
    areas = _areas(predicted.ids)
    there = {segment["id"]: segment for segment in true.segments}
    said = {segment["id"]: segment for segment in predicted.segments if segment["id"] in areas}
    pairs = _pairs(overlaps, there, said, _true_areas(true), areas)
    matches: dict[Category, Matches] = {}
    for true_id, _, iou in pairs:
        _count(matches, there[true_id], Matches(iou=iou, found=1))
    found = {true_id for true_id, _, _ in pairs}
    for segment in true.segments:
        if segment["id"] not in found and not _is_crowd(segment):
            _count(matches, segment, Matches(missed=1))
    right = {predicted_id for _, predicted_id, _ in pairs}
    crowds = {_category(segment): segment["id"] for segment in true.segments if _is_crowd(segment)}
    for segment in said.values():
        if segment["id"] not in right and not _is_excused(segment, crowds, overlaps, areas):
            _count(matches, segment, Matches(wrong=1))
    return matches


def _pairs(
    overlaps: Overlaps,
    there: Mapping[int, SegmentInfo],
    said: Mapping[int, SegmentInfo],
    true_areas: Mapping[int, float],
    areas: Mapping[int, int],
) -> list[tuple[int, int, float]]:
    """True and predicted id and overlap of the segments that match; more than a half, so none can match twice."""
    pairs = []
    for (true_id, predicted_id), shared in overlaps.items():
        true, predicted = there.get(true_id), said.get(predicted_id)
        if true is None or predicted is None or _is_crowd(true) or _category(true) != _category(predicted):
            continue
        union = areas[predicted_id] + true_areas[true_id] - shared - overlaps.get((VOID, predicted_id), 0)
        if shared / union > 0.5:
            pairs.append((true_id, predicted_id, shared / union))
    return pairs


def _is_excused(
    segment: SegmentInfo, crowds: Mapping[Category, int], overlaps: Overlaps, areas: Mapping[int, int]
) -> bool:
    excused = overlaps.get((VOID, segment["id"]), 0)
    crowd = crowds.get(_category(segment))
    if crowd is not None:
        excused += overlaps.get((crowd, segment["id"]), 0)
    return excused / areas[segment["id"]] > 0.5


def _overlaps(true: NDArray[np.integer], predicted: NDArray[np.integer]) -> dict[tuple[int, int], int]:
    both = true.astype(np.uint64) * np.uint64(MAX_SEGMENT_ID) + predicted.astype(np.uint64)
    values, counts = np.unique(both, return_counts=True)
    pairs = zip(*np.divmod(values, np.uint64(MAX_SEGMENT_ID)), counts, strict=True)
    return {(int(a), int(b)): int(count) for a, b, count in pairs}


def _areas(ids: NDArray[np.integer]) -> dict[int, int]:
    values, counts = np.unique(ids, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _true_areas(true: Segmented) -> dict[int, float]:
    """As the annotations say; counted where they do not."""
    counted = _areas(true.ids)
    return {segment["id"]: segment.get("area", counted.get(segment["id"], 0)) for segment in true.segments}


def _count(matches: dict[Category, Matches], segment: SegmentInfo, more: Matches) -> None:
    matches[_category(segment)] = matches.get(_category(segment), Matches()).plus(more)


def _category(segment: SegmentInfo) -> Category:
    return segment["isthing"], segment["category_id"]


def _is_crowd(segment: SegmentInfo) -> bool:
    return bool(segment.get("iscrowd", 0))


def summed(pictures: Iterable[Mapping[Category, Matches]]) -> dict[Category, Matches]:
    """Matches of all pictures together."""
    total: dict[Category, Matches] = {}
    for picture in pictures:
        for category, matches in picture.items():
            total[category] = total.get(category, Matches()).plus(matches)
    return total
