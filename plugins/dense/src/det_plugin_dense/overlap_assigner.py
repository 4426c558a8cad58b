"""Assignment by overlap, as two-stage detectors do it.

Focal Loss for Dense Object Detection, section 4: https://arxiv.org/abs/1708.02002
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_dense.components import DenseAssigner
from det_plugin_parts import Assigner, Assignment
from detcore.structures import pairwise_iou

__all__ = ["OverlapAssigner"]


class OverlapAssigner(DenseAssigner):
    """Every anchor learns the object it overlaps, if by enough; levels make no difference."""

    def __init__(self, *, assigner: Assigner) -> None:
        self.assigner = assigner

    def __call__(self, anchors: Sequence[Float[Tensor, "_ 4"]], gt_boxes: Float[Tensor, "gt 4"]) -> Assignment:
        return self.assigner(pairwise_iou(gt_boxes, torch.cat(list(anchors))))
