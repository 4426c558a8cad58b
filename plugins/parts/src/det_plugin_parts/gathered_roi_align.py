"""ROIAlign as sums of gathered cells, for training and predicting on a CPU.

Mask R-CNN, section 3: https://arxiv.org/abs/1703.06870
Pooling is linear in the feature map: each bin of each box is a weighted sum of a few cells, each cell's gradient a
weighted sum of a few bins. The numbers are those of torchvision's kernel, which runs on one thread: forward and
backward together take about a quarter of its processor time (64 channels, 7×7 bins, one EPYC core).
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_parts.weighted_sums import can_bag, weighted_sums

__all__ = ["can_gather", "gathered_roi_align"]


def can_gather(device: torch.device, dtype: torch.dtype, sampling_ratio: int) -> bool:
    """Whether :func:`gathered_roi_align` may stand in for the kernel: eagerly, on a CPU, in float32."""
    return sampling_ratio > 0 and can_bag(device, dtype)


def gathered_roi_align(
    feature_map: Float[Tensor, "image channel height width"],
    boxes: Float[Tensor, "box 4"],
    image_index: Int[Tensor, " box"],
    *,
    output_size: int,
    sampling_ratio: int,
    aligned: bool,
) -> Float[Tensor, "box channel size size"]:
    """Pooled boxes, which are in cells of ``feature_map``; a bin has ``sampling_ratio``² samples, at least 1."""
    num_images, channels, height, width = feature_map.shape
    start, extent = _start_and_extent(boxes.detach(), aligned=aligned)
    rows, row_weights = _cells_along_axis(start[:, 1], extent[:, 1], height, output_size, sampling_ratio)
    columns, column_weights = _cells_along_axis(start[:, 0], extent[:, 0], width, output_size, sampling_ratio)
    # box bin_y bin_x cell_y cell_x
    picture = image_index[:, None, None, None, None] * height
    cells = (picture + rows[:, :, None, :, None]) * width + columns[:, None, :, None, :]
    weights = row_weights[:, :, None, :, None] * column_weights[:, None, :, None, :]
    cells_per_bin = (2 * sampling_ratio) ** 2
    flat = feature_map.permute(0, 2, 3, 1).reshape(num_images * height * width, channels)
    pooled = weighted_sums(flat, cells.reshape(-1, cells_per_bin), weights.reshape(-1, cells_per_bin))
    return pooled.view(len(boxes), output_size, output_size, channels).permute(0, 3, 1, 2)


def _start_and_extent(boxes: Tensor, *, aligned: bool) -> tuple[Tensor, Tensor]:
    sides = boxes[:, 2:] - boxes[:, :2]
    if aligned:
        return boxes[:, :2] - 0.5, sides
    return boxes[:, :2], sides.clamp(min=1)


def _cells_along_axis(start: Tensor, extent: Tensor, length: int, bins: int, samples: int) -> tuple[Tensor, Tensor]:
    """The cells that each bin of each box reads along one axis, and their weights: box × bin × 2·samples."""
    steps = (torch.arange(bins * samples, dtype=start.dtype) + 0.5) / (bins * samples)
    positions = start[:, None] + steps * extent[:, None]
    # As in the kernel, a sample up to one cell outside counts as on the border, a farther one as zero.
    is_near = (positions >= -1) & (positions <= length)
    positions = positions.clamp(0, length - 1)
    lower = positions.floor()
    upper = (lower + 1).clamp(max=length - 1)
    to_upper = positions - lower
    cells = torch.stack([lower, upper], dim=-1).long()
    weights = torch.stack([1 - to_upper, to_upper], dim=-1) * (is_near[..., None] / samples)
    return _per_bin(cells, bins), _per_bin(weights, bins)


def _per_bin(x: Tensor, bins: int) -> Tensor:
    return torch.unflatten(x, 1, (bins, -1)).flatten(2)
