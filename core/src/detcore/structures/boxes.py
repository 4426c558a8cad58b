"""Axis-aligned boxes and how much they overlap."""

from collections.abc import Sequence

import torch
from attrs import field, frozen
from jaxtyping import Bool, Float
from torch import Tensor

from detcore.structures.indexing import RowIndex, row_index

__all__ = ["Boxes", "pairwise_ioa", "pairwise_iou"]


def _as_rows(boxes: Tensor | Sequence[Sequence[float]]) -> Tensor:
    rows = torch.as_tensor(boxes, dtype=torch.float32)
    if rows.numel() == 0:
        return rows.reshape(0, 4)
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise ValueError(f"boxes must be n×4, not {'×'.join(map(str, rows.shape))}")
    return rows


@frozen(eq=False)
class Boxes:
    """``x1 y1 x2 y2`` in continuous pixels, float32; the right and bottom edge are outside.

    >>> Boxes([[0, 0, 4, 2]]).area().tolist()
    [8.0]
    """

    tensor: Float[Tensor, "box 4"] = field(converter=_as_rows)

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, index: RowIndex) -> "Boxes":
        return Boxes(self.tensor[row_index(index, len(self))])

    @property
    def device(self) -> torch.device:
        return self.tensor.device

    def area(self) -> Float[Tensor, " box"]:
        """Width times height, in square pixels."""
        return _area(self.tensor)

    def clip(self, size: tuple[int, int]) -> "Boxes":
        """The parts inside a picture of ``size`` (height, width); boxes wholly outside become empty."""
        height, width = size
        x1, y1, x2, y2 = self.tensor.unbind(dim=1)
        inside = (x1.clamp(0, width), y1.clamp(0, height), x2.clamp(0, width), y2.clamp(0, height))
        return Boxes(torch.stack(inside, dim=1))

    def nonempty(self, threshold: float = 0.0) -> Bool[Tensor, " box"]:
        """Which boxes have both sides longer than ``threshold`` pixels."""
        sides = self.tensor[:, 2:] - self.tensor[:, :2]
        return (sides > threshold).all(dim=1)

    def scale(self, scale_x: float, scale_y: float) -> "Boxes":
        """The boxes after the picture was resized by these factors."""
        return Boxes(self.tensor * self.tensor.new_tensor([scale_x, scale_y, scale_x, scale_y]))

    def to(self, device: torch.device | str) -> "Boxes":
        return Boxes(self.tensor.to(device))

    @staticmethod
    def cat(boxes: Sequence["Boxes"]) -> "Boxes":
        """All boxes, end to end."""
        return Boxes(torch.cat([each.tensor for each in boxes])) if boxes else Boxes([])


def pairwise_iou(boxes: Float[Tensor, "a 4"], others: Float[Tensor, "b 4"]) -> Float[Tensor, "a b"]:
    """Intersection over union of every box in ``boxes`` with every box in ``others``, in [0, 1].

    Boxes are ``x1 y1 x2 y2`` in pixels. Empty boxes overlap nothing.
    """
    intersection = _intersection(boxes, others)
    union = _area(boxes)[:, None] + _area(others) - intersection
    return _share(intersection, union)


def pairwise_ioa(boxes: Float[Tensor, "a 4"], others: Float[Tensor, "b 4"]) -> Float[Tensor, "a b"]:
    """Which part of every box in ``others`` lies inside every box in ``boxes``, in [0, 1]; for crowd regions."""
    return _share(_intersection(boxes, others), _area(others).expand(len(boxes), -1))


def _area(boxes: Float[Tensor, "box 4"]) -> Float[Tensor, " box"]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _intersection(boxes: Float[Tensor, "a 4"], others: Float[Tensor, "b 4"]) -> Float[Tensor, "a b"]:
    top_left = torch.maximum(boxes[:, None, :2], others[:, :2])
    bottom_right = torch.minimum(boxes[:, None, 2:], others[:, 2:])
    return (bottom_right - top_left).clamp(min=0).prod(dim=2)


def _share(part: Float[Tensor, "a b"], whole: Float[Tensor, "a b"]) -> Float[Tensor, "a b"]:
    return torch.where(part > 0, part / whole, part.new_zeros(()))
