"""Masks of objects as bitmaps of the whole picture."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from attrs import field, frozen
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor

from detcore.structures.bilinear import surrounding_cells
from detcore.structures.boxes import Boxes
from detcore.structures.indexing import RowIndex, row_index

__all__ = ["BitMasks"]


def _as_bitmaps(bitmaps: Tensor | NDArray[np.bool_]) -> Tensor:
    tensor = torch.as_tensor(bitmaps, dtype=torch.bool)
    if tensor.ndim != 3:
        raise ValueError(f"bitmaps must be n×height×width, not {'×'.join(map(str, tensor.shape))}")
    return tensor


@frozen(eq=False)
class BitMasks:
    """One H×W bitmap per object."""

    tensor: Bool[Tensor, "object height width"] = field(converter=_as_bitmaps)

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, index: RowIndex) -> "BitMasks":
        return BitMasks(self.tensor[row_index(index, len(self))])

    @property
    def device(self) -> torch.device:
        return self.tensor.device

    def to(self, device: torch.device | str) -> "BitMasks":
        return BitMasks(self.tensor.to(device))

    def boxes(self) -> Boxes:
        """The tightest box around each bitmap's pixels; empty at the origin for a bitmap without any."""
        x1, x2 = _extent(self.tensor.any(dim=1))
        y1, y2 = _extent(self.tensor.any(dim=2))
        return Boxes(torch.stack([x1, y1, x2, y2], dim=1))

    def area(self) -> Float[Tensor, " object"]:
        """Number of pixels of each bitmap."""
        return self.tensor.flatten(1).sum(dim=1).double()

    def crop_and_resize(self, boxes: Float[Tensor, "object 4"], size: int) -> Bool[Tensor, "object size size"]:
        """Each object as seen through its box, which is stretched to ``size``×``size`` pixels.

        A pixel is set where the mean of the bitmap, sampled as aligned ROIAlign does, is at least one half.
        """
        crops = np.zeros((len(self), size, size), dtype=np.bool_)
        for crop, bitmap, box in zip(crops, self.tensor, boxes.tolist(), strict=True):
            crop[:] = _align(bitmap, box, size) >= 0.5
        return torch.from_numpy(crops).to(self.device)

    def sample(self, points: Float[Tensor, "object point 2"]) -> Float[Tensor, "object point"]:
        """How much of each object there is at its own points, which are ``x y`` in pixels: bilinear, 0 to 1."""
        height, width = self.tensor.shape[1:]
        if height * width == 0:
            return points.new_zeros(points.shape[:2])
        cells, weights = surrounding_cells(points, height, width)
        values = self.tensor.flatten(1).gather(1, cells.flatten(1)).view_as(cells)
        return (values * weights).sum(dim=-1)

    @staticmethod
    def cat(masks: Sequence["BitMasks"]) -> "BitMasks":
        """All objects, end to end; at least one part, since the picture's size must come from somewhere."""
        return BitMasks(torch.cat([each.tensor for each in masks]))


def _extent(occupied: Bool[Tensor, "object length"]) -> tuple[Int[Tensor, " object"], Int[Tensor, " object"]]:
    """First occupied position, and the one after the last; 0 and 0 where there is none."""
    length = occupied.shape[1]
    position = torch.arange(length, device=occupied.device)
    first = torch.where(occupied, position, length).amin(dim=1) if length else position.new_zeros(len(occupied))
    end = torch.where(occupied, position + 1, 0).amax(dim=1) if length else position.new_zeros(len(occupied))
    return torch.minimum(first, end), end


def _align(bitmap: Bool[Tensor, "height width"], box: Sequence[float], size: int) -> NDArray[np.float64]:
    """Mean of bilinear samples in each of ``size``×``size`` bins of the box.

    Bilinear weights and the mean over a regular grid are both products of a part along y and a part along x, so two
    small matrices do what ROIAlign's four nested loops do.
    """
    height, width = bitmap.shape
    x1, y1, x2, y2 = box
    top, rows = _bin_weights(y1, y2, size, height)
    left, columns = _bin_weights(x1, x2, size, width)
    # Only what the box covers leaves the device: numpy needs a fraction of torch's time for matrices this small.
    window = bitmap[top : top + rows.shape[1], left : left + columns.shape[1]].cpu().numpy()
    aligned: NDArray[np.float64] = rows @ window.astype(np.float64) @ columns.T
    return aligned


def _bin_weights(start: float, end: float, bins: int, length: int) -> tuple[int, NDArray[np.float64]]:
    """First pixel touched, and bins×pixels weights from there on.

    A bin holds as many samples as it is pixels long, rounded up. A sample less than a pixel outside takes the value at
    the border, one farther outside is 0.
    """
    num_samples = math.ceil((end - start) / bins)
    if num_samples <= 0 or length == 0:
        return 0, np.zeros((bins, 0))
    step = (end - start) / (bins * num_samples)
    position = start - 0.5 + step * (np.arange(bins * num_samples) + 0.5)
    share = np.where((position >= -1) & (position <= length), 1 / num_samples, 0.0)
    position = position.clip(0, length - 1)
    before = position.astype(np.int64)
    fraction = position - before
    first, span = int(before[0]), int(before[-1] - before[0]) + 2
    cell = np.arange(bins).repeat(num_samples) * span + before - first
    weights = np.zeros(bins * span)
    np.add.at(weights, cell, share * (1 - fraction))
    np.add.at(weights, cell + 1, share * fraction)
    # The last column stands for the pixel after the border when a sample lies exactly on it; its weight is 0.
    return first, weights.reshape(bins, span)[:, : length - first]
