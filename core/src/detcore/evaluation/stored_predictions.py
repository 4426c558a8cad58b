"""Boxes, masks and keypoints as a file of predictions holds them, in the place of a model's own."""

from collections.abc import Sequence

import numpy as np
import torch
from attrs import field, frozen
from numpy.typing import NDArray

from detcore.structures import COCO_KEYPOINT_SHIFT, Boxes, Instances, Keypoints, RLEDict, rle

__all__ = ["RLEMasks", "StoredBoxes", "StoredKeypoints", "boxes_xywh", "coco_keypoints"]


_TO_CENTRE = np.array([COCO_KEYPOINT_SHIFT, COCO_KEYPOINT_SHIFT, 0.0])


def _as_rows(boxes: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    return np.asarray(boxes, dtype=np.float64).reshape(-1, 4)


@frozen(eq=False)
class StoredBoxes:
    """Boxes that stay as they were written, to the last bit: an overlap may lie exactly on a threshold.

    They stand in for :class:`~detcore.structures.Boxes` where only ``tensor`` and a length are asked for.
    """

    xywh: NDArray[np.float64] = field(converter=_as_rows)
    """n×4: x, y, width, height in pixels."""

    def __len__(self) -> int:
        return len(self.xywh)

    @property
    def tensor(self) -> torch.Tensor:
        """n×4, ``x1 y1 x2 y2``, float32."""
        corners = np.concatenate([self.xywh[:, :2], self.xywh[:, :2] + self.xywh[:, 2:]], axis=1)
        return torch.from_numpy(corners).float()


@frozen(eq=False)
class RLEMasks:
    """Run-length encodings that stand in for ``ROIMasks`` where only ``to_rle`` and ``crop`` are asked for."""

    masks: Sequence[RLEDict]
    """One of the whole picture for each object."""

    def __len__(self) -> int:
        return len(self.masks)

    def to_rle(self, height: int, width: int) -> list[RLEDict]:
        """The encodings as they are.

        Raises:
            ValueError: one is of a picture of another size.
        """
        for mask in self.masks:
            _check_size(mask, height, width)
        return list(self.masks)

    def crop(self, index: int, height: int, width: int) -> tuple[int, int, NDArray[np.bool_]]:
        """Column and row where one mask begins, and its bitmap from there on.

        Raises:
            ValueError: it is of a picture of another size.
        """
        _check_size(self.masks[index], height, width)
        return rle.decode_crop(self.masks[index])


def _check_size(mask: RLEDict, height: int, width: int) -> None:
    if list(mask["size"]) != [height, width]:
        raise ValueError(f"the mask is of a picture of {list(mask['size'])}, not of {[height, width]}")


@frozen(eq=False)
class StoredKeypoints:
    """Keypoints that stay as they were written, to the last bit.

    They stand in for :class:`~detcore.structures.Keypoints` where only ``tensor`` and a length are asked for.
    """

    values: NDArray[np.float64]
    """n×K×3: x and y of the pixel that COCO names, and a score."""

    def __len__(self) -> int:
        return len(self.values)

    @property
    def tensor(self) -> torch.Tensor:
        """n×K×3, ``x y score`` in continuous pixels, float32."""
        return torch.from_numpy(self.values + _TO_CENTRE).float()


def boxes_xywh(instances: Instances) -> NDArray[np.float64]:
    """The predicted boxes as n×4 x, y, width, height, in pixels of the wanted output size."""
    boxes: Boxes | StoredBoxes = instances.pred_boxes
    if isinstance(boxes, StoredBoxes):
        return boxes.xywh
    corners: NDArray[np.float64] = boxes.tensor.detach().double().cpu().numpy()
    return np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)


def coco_keypoints(instances: Instances) -> NDArray[np.float64]:
    """The predicted keypoints as n×K×3: x and y of the pixel that COCO names (half a pixel less), and a score."""
    keypoints: Keypoints | StoredKeypoints = instances.pred_keypoints
    if isinstance(keypoints, StoredKeypoints):
        return keypoints.values
    points: NDArray[np.float64] = keypoints.tensor.detach().double().cpu().numpy() - _TO_CENTRE
    return points
