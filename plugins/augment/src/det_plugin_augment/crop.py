"""Cropping, and padding, which undoes it."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detcore.interfaces import Augmentation, Sample, Transform
from detcore.structures import UNLABELLED

__all__ = ["CropTransform", "PadTransform", "RandomCrop"]


class RandomCrop(Augmentation):
    """Cuts out a window of a fixed or drawn size, anywhere in the picture or around one of its objects.

    Nothing keeps objects in the window: without ``around_object`` a crop may be empty, and trains the background.
    """

    def __init__(
        self,
        *,
        size: tuple[float, float],
        mode: Literal["relative", "relative-range", "absolute", "absolute-range"],
        around_object: bool,
    ) -> None:
        self._size = size
        self._mode = mode
        self._around_object = around_object

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        picture = np.array(sample.image.shape[:2])
        window = self._window(picture, generator)
        lowest, highest = np.zeros(2, dtype=np.int64), picture - window
        centre = _centre_of_one(sample, generator) if self._around_object else None
        if centre is not None:
            lowest = np.clip(np.ceil(centre - window), 0, highest).astype(np.int64)
            highest = np.clip(np.floor(centre), lowest, highest).astype(np.int64)
        corner = generator.integers(lowest, highest, endpoint=True)
        top, left, height, width = (int(value) for value in (*corner, *window))
        return CropTransform(top=top, left=left, height=height, width=width, before=sample.image.shape[:2])

    def _window(self, picture: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
        """Height and width of the window, at least 1 and at most the picture's."""
        size = np.array(self._size)
        if self._mode == "relative":
            wanted = picture * size + 0.5
        elif self._mode == "relative-range":
            wanted = picture * (size + generator.random(2) * (1 - size)) + 0.5
        elif self._mode == "absolute":
            wanted = size
        else:
            wanted = generator.integers(int(size[0]), int(size[1]), size=2, endpoint=True)
        window: NDArray[np.int64] = np.clip(wanted.astype(np.int64), 1, picture)
        return window


def _centre_of_one(sample: Sample, generator: np.random.Generator) -> NDArray[np.float64] | None:
    """``y x`` of an object that is not a crowd and lies in the picture; ``None`` where there is none."""
    boxes = sample.boxes[~sample.is_crowd]
    centres = np.stack([boxes[:, 1] + boxes[:, 3], boxes[:, 0] + boxes[:, 2]], axis=1) / 2
    inside = centres[((centres >= 0) & (centres <= sample.image.shape[:2])).all(axis=1)]
    return inside[int(generator.integers(len(inside)))] if len(inside) else None


class CropTransform(Transform):
    """Keeps one window of a picture whose size is ``before`` (height, width)."""

    def __init__(self, *, top: int, left: int, height: int, width: int, before: tuple[int, ...]) -> None:
        self._top, self._left, self._height, self._width = top, left, height, width
        self._before = before

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return self._height, self._width

    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        window = image[self._top : self._top + self._height, self._left : self._left + self._width]
        return np.ascontiguousarray(window)

    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        return self.image(labels)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        corner: NDArray[np.float64] = np.array([self._left, self._top], dtype=np.float64)
        return points - corner

    def inverse(self) -> "PadTransform":
        """Puts the window back in its place; what was cut away is black."""
        height, width = self._before[:2]
        window = (self._height, self._width)
        return PadTransform(top=self._top, left=self._left, before=window, after=(height, width))


class PadTransform(Transform):
    """Puts an even colour around a picture, black unless ``value`` says otherwise; nothing there has a label.

    ``before`` and ``after`` are the heights and widths without and with it.
    """

    def __init__(self, *, top: int, left: int, before: tuple[int, ...], after: tuple[int, int], value: int = 0) -> None:
        self._top, self._left = top, left
        self._before, self._after = before, after
        self._value = value

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return self._after

    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        return self._padded(image, self._value)

    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        return self._padded(labels, UNLABELLED)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        corner: NDArray[np.float64] = np.array([self._left, self._top], dtype=np.float64)
        return points + corner

    def inverse(self) -> CropTransform:
        """Cuts the picture out again."""
        height, width = self._before[:2]
        return CropTransform(top=self._top, left=self._left, height=height, width=width, before=self._after)

    def _padded(self, image: NDArray[Any], value: int) -> NDArray[Any]:
        (height, width), (padded_height, padded_width) = self._before[:2], self._after
        rows = (self._top, padded_height - self._top - height)
        columns = (self._left, padded_width - self._left - width)
        return np.pad(image, [rows, columns, *[(0, 0)] * (image.ndim - 2)], constant_values=value)
