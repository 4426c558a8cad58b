"""Mirroring."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from det_plugin_augment.identity import IdentityTransform
from detcore.interfaces import Augmentation, Sample, Transform

__all__ = ["FlipTransform", "RandomFlip"]


class RandomFlip(Augmentation):
    """Mirrors with some probability."""

    def __init__(self, *, probability: float, direction: Literal["horizontal", "vertical"]) -> None:
        self._probability = probability
        self._direction = direction

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        if generator.random() >= self._probability:
            return IdentityTransform()
        height, width = sample.image.shape[:2]
        return FlipTransform(height=height, width=width, direction=self._direction)


class FlipTransform(Transform):
    """Mirrors a picture of one size; its own inverse."""

    def __init__(self, *, height: int, width: int, direction: Literal["horizontal", "vertical"]) -> None:
        self._size = (height, width)
        self._direction = direction

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(np.flip(image, axis=1 if self.mirrors else 0))

    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        return self.image(labels)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        height, width = self._size
        x, y = points[:, 0], points[:, 1]
        return np.stack([width - x, y] if self.mirrors else [x, height - y], axis=1)

    @property
    def mirrors(self) -> bool:
        """Horizontal flips alone, as in the reference, although any mirror makes a left hand look like a right one."""
        return self._direction == "horizontal"

    def inverse(self) -> "FlipTransform":
        return self
