"""Predicted masks, each in the frame of its box, until somebody asks for a picture."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from attrs import field, frozen
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from torch import Tensor

from detcore.structures import rle
from detcore.structures.borders import RLEDict
from detcore.structures.indexing import RowIndex, row_index
from detcore.structures.pasting import PastedMask, paste

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
        return [
            rle.encode_changes(mask.changes, mask.down, mask.left, mask.top, height, width)
            for mask in _pasted(self, height, width, threshold)
        ]

    def crop(self, index: int, height: int, width: int, threshold: float = 0.5) -> tuple[int, int, NDArray[np.bool_]]:
        """Column and row where one pasted mask begins, and its bitmap from there on."""
        [mask] = _pasted(self[index], height, width, threshold)
        return mask.left, mask.top, mask.bitmap()

    def dense(self, height: int, width: int, threshold: float = 0.5) -> Bool[Tensor, "object height width"]:
        """Every mask pasted into a bitmap of the whole picture; large where there are many."""
        bitmaps = np.zeros((len(self), height, width), dtype=np.bool_)
        for bitmap, mask in zip(bitmaps, _pasted(self, height, width, threshold), strict=True):
            bitmap[mask.top : mask.top + mask.down, mask.left : mask.left + mask.across] = mask.bitmap()
        return torch.from_numpy(bitmaps).to(self.device)

    @staticmethod
    def cat(masks: Sequence["ROIMasks"]) -> "ROIMasks":
        """All masks, end to end; at least one part, since M must come from somewhere."""
        return ROIMasks(torch.cat([each.probs for each in masks]), torch.cat([each.boxes for each in masks]))


def _pasted(masks: ROIMasks, height: int, width: int, threshold: float) -> Iterator[PastedMask]:
    """One mask after the other, so that no two of them need room at once."""
    if threshold <= 0:
        raise ValueError(f"the threshold must be above 0, where every pixel would belong to a mask; it is {threshold}")
    grids = masks.probs.detach().float().cpu().numpy()
    boxes = masks.boxes.detach().float().tolist()
    for grid, box in zip(grids, boxes, strict=True):
        yield paste(grid, box, height, width, threshold)
