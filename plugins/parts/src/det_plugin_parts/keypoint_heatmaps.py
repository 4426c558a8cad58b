"""Keypoints as places in a small map over a box, and back.

Mask R-CNN, section 5: https://arxiv.org/abs/1703.06870
Differs from the paper: a map is enlarged to the box's size before its highest place is looked for.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["heatmap_places", "keypoints_of_heatmaps"]


def heatmap_places(
    keypoints: Float[Tensor, "object keypoint 3"], boxes: Float[Tensor, "object 4"], *, side: int
) -> tuple[Int[Tensor, "object keypoint"], Bool[Tensor, "object keypoint"]]:
    """The cell of a ``side`` × ``side`` map over its box that each keypoint lies in, row by row, and whether any does.

    ``keypoints`` are ``x y visibility``; one that is not labelled or lies outside lies in no cell (0 stands there). The
    right and bottom edge of a box belong to its last cells.
    """
    points, low, high = keypoints[..., :2], boxes[:, None, :2], boxes[:, None, 2:]
    cells = ((points - low) * (side / (high - low))).floor().long()
    cells = torch.where(points == high, side - 1, cells)
    is_inside = ((cells >= 0) & (cells < side)).all(dim=2) & (keypoints[..., 2] > 0)
    return torch.where(is_inside, cells[..., 1] * side + cells[..., 0], 0), is_inside


@torch.no_grad()
def keypoints_of_heatmaps(
    heatmaps: Float[Tensor, "object keypoint side side"], boxes: Float[Tensor, "object 4"]
) -> Float[Tensor, "object keypoint 3"]:
    """``x y score`` of the highest place of each map, in the pixels of ``boxes``.

    The score is the exponential of the logit there, divided by the sum of those of the whole small map. Every map is
    enlarged to whole pixels of its box, which is why each box is a step of its own.
    """
    points = [_highest(heatmap, box) for heatmap, box in zip(heatmaps.float(), boxes, strict=True)]
    return torch.stack(points) if points else heatmaps.new_zeros((0, heatmaps.shape[1], 3))


def _highest(heatmap: Float[Tensor, "keypoint side side"], box: Float[Tensor, " 4"]) -> Float[Tensor, "keypoint 3"]:
    sides = (box[2:] - box[:2]).clamp(min=1)
    width, height = sides.ceil().int().tolist()
    enlarged = F.interpolate(heatmap[None], size=(height, width), mode="bicubic", align_corners=False)[0].flatten(1)
    logit, place = enlarged.max(dim=1)
    cells = torch.stack([place % width, place // width], dim=1)
    points = box[:2] + (cells + 0.5) * (sides / sides.ceil())
    # Between steep cells the curve rises far above the small map, whose sum then vanishes beside it.
    total = (heatmap.flatten(1) - logit[:, None]).exp().sum(dim=1).clamp(min=torch.finfo(torch.float32).tiny)
    score = 1 / total
    return torch.cat([points, score[:, None]], dim=1)
