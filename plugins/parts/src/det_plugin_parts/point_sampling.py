"""Values of maps at points, and where the points lie.

PointRend, section 3: https://arxiv.org/abs/1912.08193
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_parts.weighted_sums import weighted_sums
from detcore.structures import surrounding_cells

__all__ = ["centres_of_cells", "points_in_picture", "points_of_grid", "sample_own_maps", "sample_pictures"]


def points_of_grid(side: int, *, like: Tensor) -> Float[Tensor, "point 2"]:
    """Centres of a ``side`` × ``side`` grid over a frame, row by row, as ``x y`` from 0 to 1."""
    return centres_of_cells(torch.arange(side * side, device=like.device), side).to(like.dtype)


def centres_of_cells(cells: Int[Tensor, "*cell"], side: int) -> Float[Tensor, "*cell 2"]:
    """Centres of cells of a ``side`` × ``side`` grid, counted row by row, as ``x y`` from 0 to 1."""
    return (torch.stack([cells % side, cells // side], dim=-1) + 0.5) / side


def points_in_picture(points: Float[Tensor, "*box point 2"], boxes: Float[Tensor, "box 4"]) -> Float[Tensor, "box _ 2"]:
    """Points in the frames of boxes, 0 to 1, in the pixels of the boxes."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    return low + points * (high - low)


def sample_own_maps(
    maps: Float[Tensor, "row channel height width"], points: Float[Tensor, "row point 2"]
) -> Float[Tensor, "row channel point"]:
    """Each row's own map at its points, which lie in the map's frame, 0 to 1; bilinear, with zeros around the map."""
    return F.grid_sample(maps, 2 * points[:, :, None] - 1, align_corners=False)[..., 0]


def sample_pictures(
    maps: Sequence[Float[Tensor, "image _ _ _"]],
    strides: Sequence[int],
    points: Float[Tensor, "row point 2"],
    image_index: Int[Tensor, " row"],
) -> Float[Tensor, "row channel point"]:
    """Feature maps at points in pixels of the network's input, the channels of all maps one after another.

    Bilinear, with zeros around each map.
    """
    sampled = [_sample(each, points / stride, image_index) for each, stride in zip(maps, strides, strict=True)]
    return torch.cat(sampled, dim=2).transpose(1, 2)


def _sample(feature_map: Tensor, points: Tensor, image_index: Tensor) -> Float[Tensor, "row point channel"]:
    height, width = feature_map.shape[2:]
    cells, weights = surrounding_cells(points, height, width)
    flat = feature_map.permute(0, 2, 3, 1).flatten(0, 2)
    rows = cells + (image_index * (height * width))[:, None, None]
    sums = weighted_sums(flat, rows.flatten(0, 1), weights.flatten(0, 1))
    return torch.unflatten(sums, 0, points.shape[:2])
