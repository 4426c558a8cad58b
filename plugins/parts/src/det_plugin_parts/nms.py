"""Non-maximum suppression within groups: pictures, levels or classes that do not suppress each other."""

from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torchvision.ops import nms

from det_plugin_parts.graph_recording import is_recording

__all__ = ["grouped_nms"]

LOOP_ABOVE: Final = 2000
"""Boxes from which a loop over groups beats one run over all, whose time grows with the square of their number."""


def grouped_nms(
    boxes: Float[Tensor, "box 4"], scores: Float[Tensor, " box"], groups: Int[Tensor, " box"], *, threshold: float
) -> Int[Tensor, " kept"]:
    """Boxes that overlap no better box of their group by more than ``threshold``, by falling score.

    The decisions are those of one run per group. In a graph that is compiled, traced or exported the groups are moved
    apart instead, which takes no loop whose length depends on data.
    """
    is_loop_faster = not is_recording() and len(boxes) > LOOP_ABOVE
    kept = (_group_by_group if is_loop_faster else _all_groups_at_once)(boxes, scores, groups, threshold)
    return kept[scores[kept].argsort(descending=True, stable=True)]


def _all_groups_at_once(boxes: Tensor, scores: Tensor, groups: Tensor, threshold: float) -> Tensor:
    # torchvision promises the exporter that at least two boxes are kept, and a graph that keeps fewer fails. So two
    # that nothing can suppress go in as the last, and out again.
    two = boxes.new_zeros((2, 4))
    kept: Tensor = nms(
        _moved_apart(torch.cat([boxes, two]), torch.cat([groups, groups.new_tensor([-1, -2])])),
        torch.cat([scores.double(), scores.new_full((2,), -torch.inf, dtype=torch.float64)]),
        threshold,
    )
    # By a mark on each box: of no boxes, a compiler then knows that none is kept. It does not know it of what nms
    # returns, and refuses to take an unknown number of rows of nothing.
    is_kept = groups.new_zeros(groups.shape[0] + 2, dtype=torch.bool).index_fill(0, kept, True)
    return is_kept[:-2].nonzero().squeeze(1)


def _moved_apart(boxes: Tensor, groups: Tensor) -> Tensor:
    # In float64, where the shift costs no digit that decides an overlap.
    room = (boxes.amax() - boxes.amin()).double() + 1
    return boxes.double() + (groups.double() * room)[:, None]


def _group_by_group(boxes: Tensor, scores: Tensor, groups: Tensor, threshold: float) -> Tensor:
    rows = [(groups == group).nonzero().squeeze(1) for group in set(groups.tolist())]
    return torch.cat([r[nms(boxes[r].double(), scores[r].double(), threshold)] for r in rows]).sort().values
