"""Predicted masks, each in the frame of its box, until somebody asks for a picture."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from attrs import field, frozen
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from torch import Tensor

from detcore.structures import rle
from detcore.structures.borders import RLEDict
from detcore.structures.indexing import RowIndex, row_index

__all__ = ["ROIMasks"]


@frozen(eq=False)
class ROIMasks:
    """Probabilities on an M×M grid that is stretched over each object's box.

    A hundred of them weigh less than one picture, so they stay in this form as long as possible. To paste one, its grid
    is sampled bilinearly at every pixel's centre, with zeros around it, as ``grid_sample`` does with
    ``align_corners=False``; a pixel belongs to the object where the result reaches the threshold. An empty box, and one
    outside the picture, has no pixels.
    """

    probs: Float[Tensor, "object size size"]
    boxes: Float[Tensor, "object 4"] = field()
    """``x1 y1 x2 y2`` in pixels of the picture to paste into."""

    @boxes.validator
    def _one_box_each(self, attribute: object, boxes: Tensor) -> None:
        if len(boxes) != len(self.probs):
            raise ValueError(f"{len(self.probs)} masks, but {len(boxes)} boxes")

    def __len__(self) -> int:
        return len(self.probs)

    def __getitem__(self, index: RowIndex) -> "ROIMasks":
        rows = row_index(index, len(self))
        return ROIMasks(self.probs[rows], self.boxes[rows])

    @property
    def device(self) -> torch.device:
        return self.probs.device

    def to(self, device: torch.device | str) -> "ROIMasks":
        return ROIMasks(self.probs.to(device), self.boxes.to(device))

    def to_rle(self, height: int, width: int, threshold: float = 0.5) -> list[RLEDict]:
        """Every mask pasted into a picture of this size, as COCO's run-length encoding."""
        pasted = _paste_all(self, height, width, threshold)
        return [rle.encode_crop(columns, left, top, height, width) for left, top, columns in pasted]

    def crop(self, index: int, height: int, width: int, threshold: float = 0.5) -> tuple[int, int, NDArray[np.bool_]]:
        """Column and row where one pasted mask begins, and its bitmap from there on."""
        [(left, top, columns)] = _paste_all(self[index], height, width, threshold)
        return left, top, columns.T

    def dense(self, height: int, width: int, threshold: float = 0.5) -> Bool[Tensor, "object height width"]:
        """Every mask pasted into a bitmap of the whole picture; large where there are many."""
        bitmaps = np.zeros((len(self), height, width), dtype=np.bool_)
        for bitmap, (left, top, columns) in zip(bitmaps, _paste_all(self, height, width, threshold), strict=True):
            across, down = columns.shape
            bitmap[top : top + down, left : left + across] = columns.T
        return torch.from_numpy(bitmaps).to(self.device)

    @staticmethod
    def cat(masks: Sequence["ROIMasks"]) -> "ROIMasks":
        """All masks, end to end; at least one part, since M must come from somewhere."""
        return ROIMasks(torch.cat([each.probs for each in masks]), torch.cat([each.boxes for each in masks]))


def _paste_all(masks: ROIMasks, height: int, width: int, threshold: float) -> list[tuple[int, int, NDArray[np.bool_]]]:
    """Left, top and bitmap of each mask, the bitmap column by column: columns × rows."""
    if threshold <= 0:
        raise ValueError(f"the threshold must be above 0, where every pixel would belong to a mask; it is {threshold}")
    grids = masks.probs.detach().float().cpu().numpy()
    boxes = masks.boxes.detach().tolist()
    return [_paste(grid, box, height, width, threshold) for grid, box in zip(grids, boxes, strict=True)]


def _paste(
    grid: NDArray[np.float32], box: Sequence[float], height: int, width: int, threshold: float
) -> tuple[int, int, NDArray[np.bool_]]:
    """Bilinear sampling is a product of a part along y and a part along x, so it is two matrix products."""
    left, along_x = _sample_weights(box[0], box[2], grid.shape[1], width)
    top, along_y = _sample_weights(box[1], box[3], grid.shape[0], height)
    return left, top, (along_x @ grid.T) @ along_y.T >= threshold


def _sample_weights(start: float, end: float, cells: int, length: int) -> tuple[int, NDArray[np.float32]]:
    """First pixel that the stretched grid reaches, and pixels×cells weights from there on."""
    extent = end - start
    # Half a cell beyond the box the samples still mix with the zeros around the grid.
    reach = extent / (2 * cells)
    if not (extent > 0 and end + reach > 0 and start - reach < length):
        return 0, np.zeros((0, cells), dtype=np.float32)
    first = max(math.floor(start - reach), 0)
    stop = min(math.ceil(end + reach), length)
    position = (np.arange(first, stop) + (0.5 - start)) * (cells / extent) - 0.5
    distance = np.abs(position.astype(np.float32)[:, None] - np.arange(cells, dtype=np.float32))
    return first, np.maximum(1 - distance, 0, out=distance)
