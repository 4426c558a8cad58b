"""Named points on objects."""

from collections.abc import Sequence
from typing import Final

import torch
from attrs import field, frozen
from jaxtyping import Float
from torch import Tensor

from detcore.structures.indexing import RowIndex, row_index

__all__ = ["COCO_KEYPOINT_SHIFT", "Keypoints"]

COCO_KEYPOINT_SHIFT: Final = 0.5
"""COCO names the pixel a keypoint lies in; continuous coordinates name that pixel's centre. As in Detectron2."""


def _as_points(points: Tensor | Sequence[Sequence[Sequence[float]]]) -> Tensor:
    points = torch.as_tensor(points, dtype=torch.float32)
    if points.ndim != 3 or points.shape[2] != 3:
        raise ValueError(f"keypoints must be n×K×3, not {'×'.join(map(str, points.shape))}")
    return points


@frozen(eq=False)
class Keypoints:
    """``x y visibility`` of the same K points on every object, in continuous pixels, float32.

    Visibility is 0: not labelled, 1: labelled but hidden, 2: visible. In predictions the third number is a score.
    """

    tensor: Float[Tensor, "object keypoint 3"] = field(converter=_as_points)

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, index: RowIndex) -> "Keypoints":
        return Keypoints(self.tensor[row_index(index, len(self))])

    @property
    def device(self) -> torch.device:
        return self.tensor.device

    def to(self, device: torch.device | str) -> "Keypoints":
        return Keypoints(self.tensor.to(device))

    @staticmethod
    def cat(keypoints: Sequence["Keypoints"]) -> "Keypoints":
        """All objects, end to end; at least one part, since K must come from somewhere."""
        return Keypoints(torch.cat([each.tensor for each in keypoints]))
