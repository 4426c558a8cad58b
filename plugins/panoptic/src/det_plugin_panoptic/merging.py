"""One panoptic map of detections and a semantic map.

Panoptic Segmentation, section 7: https://arxiv.org/abs/1801.00868
Panoptic Feature Pyramid Networks, section 3.2: https://arxiv.org/abs/1901.02446
"""

from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.structures import THING, SegmentInfo

__all__ = ["Crop", "PanopticMap", "PanopticMerging"]

Crop = tuple[int, int, NDArray[np.bool_]]
"""Column and row where an object's mask begins, and its bitmap from there on."""

PanopticMap = tuple[NDArray[np.int32], list[SegmentInfo]]
"""A map of segment ids, 0 where there is no segment, and what the segments are."""


@frozen(kw_only=True)
class PanopticMerging:
    """Detections are painted by falling score where nothing is yet; stuff then fills what is left."""

    overlap_threshold: float
    stuff_area_limit: int
    instance_score_threshold: float

    def __call__(
        self,
        *,
        scores: Sequence[float],
        classes: Sequence[int],
        crop: Callable[[int], Crop],
        semantic: NDArray[np.int64],
    ) -> PanopticMap:
        """The merged map; ``crop`` gives the mask of the detection at a position, ``semantic`` holds labels."""
        painted: PanopticMap = (np.zeros(semantic.shape, dtype=np.int32), [])
        for index in np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable").tolist():
            if scores[index] < self.instance_score_threshold:
                break
            if self._paint_thing(painted, crop(index)):
                segment: SegmentInfo = {"id": len(painted[1]) + 1, "isthing": True, "category_id": classes[index]}
                painted[1].append({**segment, "score": scores[index], "instance_id": index})
        self._paint_stuff(painted, semantic)
        return painted

    def _paint_thing(self, painted: PanopticMap, crop: Crop) -> bool:
        """Whether enough of it can be seen to be painted."""
        left, top, bitmap = crop
        window = painted[0][top : top + bitmap.shape[0], left : left + bitmap.shape[1]]
        area, visible = np.count_nonzero(bitmap), bitmap & (window == 0)
        if area == 0 or (area - np.count_nonzero(visible)) / area > self.overlap_threshold:
            return False
        window[visible] = len(painted[1]) + 1
        return True

    def _paint_stuff(self, painted: PanopticMap, semantic: NDArray[np.int64]) -> None:
        labels, segments = painted
        left_over = np.where(labels == 0, semantic, THING)
        for label in np.unique(semantic[semantic != THING]).tolist():
            region = left_over == label
            area = int(np.count_nonzero(region))
            if area >= self.stuff_area_limit:
                labels[region] = len(segments) + 1
                segments.append({"id": len(segments) + 1, "isthing": False, "category_id": label, "area": area})
