"""The transform that leaves everything as it is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detcore.interfaces import Transform

__all__ = ["IdentityTransform"]


class IdentityTransform(Transform):
    """What a random augmentation decides when it decides to do nothing."""

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        return image

    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        return labels

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points

    def inverse(self) -> "IdentityTransform":
        return self
