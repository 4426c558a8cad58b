"""Assignment by fixed overlap thresholds.

Faster R-CNN, section 3.1.2: https://arxiv.org/abs/1506.01497
Differs from the paper, as Detectron2 does, whose numbers this gives: where low-quality matches are allowed and no box
overlaps an object at all, every box is a best one of it, with an IoU of 0, and so becomes positive, each for the object
of its own that it overlaps most. It takes an object outside of every anchor, or one without area, to see it.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from det_plugin_parts.components import POSITIVE, Assigner, Assignment

__all__ = ["IoUAssigner"]


class IoUAssigner(Assigner):
    """A box learns the object it overlaps most, or nothing, or that there is none, by how much that is.

    >>> assign = IoUAssigner(thresholds=[0.3, 0.7], labels=[0, -1, 1], allow_low_quality_matches=False)
    >>> assign(torch.tensor([[0.9, 0.5, 0.1]])).labels.tolist()
    [1, -1, 0]
    """

    def __init__(self, *, thresholds: Sequence[float], labels: Sequence[int], allow_low_quality_matches: bool) -> None:
        self.thresholds = tuple(thresholds)
        self.labels = tuple(labels)
        self.allow_low_quality_matches = allow_low_quality_matches

    def __call__(self, overlaps: Float[Tensor, "gt box"]) -> Assignment:
        num_gt, num_boxes = overlaps.shape
        if num_gt == 0:
            nothing = overlaps.new_zeros(num_boxes)
            return Assignment(matches=nothing.long(), labels=self._bands(nothing))
        best, matches = overlaps.max(dim=0)
        labels = self._bands(best)
        if self.allow_low_quality_matches:
            # The index stays that of the box's own best object, which may be another one.
            labels[_best_of_some_object(overlaps)] = POSITIVE
        return Assignment(matches=matches, labels=labels)

    def _bands(self, best: Float[Tensor, " box"]) -> Int[Tensor, " box"]:
        band = torch.bucketize(best, best.new_tensor(self.thresholds), right=True)
        return torch.tensor(self.labels, dtype=torch.int8, device=best.device)[band]


def _best_of_some_object(overlaps: Float[Tensor, "gt box"]) -> Bool[Tensor, " box"]:
    """Boxes that no box surpasses for some object; boxes that tie, exactly, all count, and also at an overlap of 0."""
    if overlaps.shape[1] == 0:
        return overlaps.new_zeros(0, dtype=torch.bool)
    return (overlaps == overlaps.amax(dim=1, keepdim=True)).any(dim=0)
