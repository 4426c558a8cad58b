"""Masks of objects as polygons."""

from collections.abc import Sequence

import numpy as np
import torch
from attrs import field, frozen
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from torch import Tensor

from detcore.structures import rle
from detcore.structures.boxes import Boxes
from detcore.structures.indexing import RowIndex, row_index

__all__ = ["PolygonMasks"]

Polygon = NDArray[np.float64]

_SHORTEST_SIDE = 0.1
"""Pixels; a thinner box is treated as this wide, so that its frame stays finite."""


def _as_points(objects: Sequence[Sequence[Polygon]]) -> list[list[Polygon]]:
    return [[np.asarray(polygon, dtype=np.float64).reshape(-1, 2) for polygon in polygons] for polygons in objects]


@frozen(eq=False)
class PolygonMasks:
    """One or more polygons per object, each k×2 points ``x y`` in continuous pixels; together they are the object.

    They stay on the host whatever device the rest is on.
    """

    polygons: list[list[Polygon]] = field(converter=_as_points)

    def __len__(self) -> int:
        return len(self.polygons)

    def __getitem__(self, index: RowIndex) -> "PolygonMasks":
        positions = torch.arange(len(self))[_on_host(index, len(self))]
        return PolygonMasks([self.polygons[position] for position in positions.tolist()])

    def to(self, device: torch.device | str) -> "PolygonMasks":
        return self

    def boxes(self) -> Boxes:
        """The tightest box around each object; empty at the origin for one without points."""
        return Boxes([_extent(polygons) for polygons in self.polygons])

    def area(self) -> Float[Tensor, " object"]:
        """Area inside each object's polygons in square pixels; where two of them overlap it counts twice."""
        areas = [sum(_shoelace(polygon) for polygon in polygons) for polygons in self.polygons]
        return torch.tensor(areas, dtype=torch.float64)

    def crop_and_resize(self, boxes: Float[Tensor, "object 4"], size: int) -> Bool[Tensor, "object size size"]:
        """Each object as seen through its box, which is stretched to ``size``×``size`` pixels.

        Rasterised as COCO does, in the frame of the box; what Mask R-CNN's head learns. On the device of ``boxes``.
        """
        frames = boxes.detach().cpu().numpy()
        masks = np.zeros((len(self), size, size), dtype=np.bool_)
        for mask, polygons, box in zip(masks, self.polygons, frames, strict=True):
            mask[:] = rle.decode(rle.from_polygons(_in_frame(polygons, box, size), size, size))
        return torch.from_numpy(masks).to(boxes.device)

    def sample(self, points: Float[Tensor, "object point 2"]) -> Float[Tensor, "object point"]:
        """Whether each object is at its own points, which are ``x y`` in pixels: 1 inside any of its polygons, else 0.

        On the device of ``points``.
        """
        places = points.detach().cpu().double().numpy()
        found = [_covered(polygons, own) for polygons, own in zip(self.polygons, places, strict=True)]
        covered = np.stack([np.zeros(places.shape[1:2], dtype=np.bool_), *found])[1:]
        return torch.from_numpy(covered).to(points)

    @staticmethod
    def cat(masks: Sequence["PolygonMasks"]) -> "PolygonMasks":
        """All objects, end to end."""
        return PolygonMasks([polygons for each in masks for polygons in each.polygons])


def _on_host(index: RowIndex, length: int) -> slice | Sequence[int] | Tensor:
    rows = row_index(index, length)
    return rows.cpu() if isinstance(rows, Tensor) else rows


def _in_frame(polygons: Sequence[Polygon], box: NDArray[np.float32], size: int) -> list[Polygon]:
    sides = np.maximum(box[2:] - box[:2], np.float32(_SHORTEST_SIDE))
    return [(polygon - box[:2]) * (size / sides) for polygon in polygons]


def _covered(polygons: Sequence[Polygon], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each point lies inside any of the polygons."""
    covered = np.zeros(len(points), dtype=np.bool_)
    for polygon in polygons:
        covered |= _crossings(polygon, points) % 2 == 1
    return covered


def _crossings(polygon: Polygon, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many edges of the polygon a ray from each point to the right crosses; inside it is an odd number."""
    start, end = polygon, np.roll(polygon, -1, axis=0)
    rise = end[:, 1] - start[:, 1]
    x, y = points[:, :1], points[:, 1:]
    is_beside = (start[:, 1] <= y) != (end[:, 1] <= y)
    share = (y - start[:, 1]) / np.where(rise == 0, 1.0, rise)
    crossings: NDArray[np.int64] = (is_beside & (x < start[:, 0] + share * (end[:, 0] - start[:, 0]))).sum(axis=1)
    return crossings


def _extent(polygons: Sequence[Polygon]) -> list[float]:
    points = np.concatenate([*polygons, np.empty((0, 2))])
    if len(points) == 0:
        return [0.0, 0.0, 0.0, 0.0]
    return [*points.min(axis=0).tolist(), *points.max(axis=0).tolist()]


def _shoelace(polygon: Polygon) -> float:
    x, y = polygon.T
    return 0.5 * abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1)))
