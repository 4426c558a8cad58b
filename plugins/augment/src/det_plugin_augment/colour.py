"""Changes of colour: a blend of the picture with black, its mean, or its grey version, by a weight drawn uniformly.

Differs from the reference: results are rounded to whole levels rather than cut off, which keeps the mean.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from det_plugin_augment.identity import IdentityTransform
from detcore.interfaces import Augmentation, Sample, Transform

__all__ = ["BlendTransform", "RandomBrightness", "RandomContrast", "RandomSaturation"]

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Weights of red, green and blue in grey (ITU-R BT.601)."""


class RandomBrightness(Augmentation):
    """Blends with black."""

    def __init__(self, *, minimum: float, maximum: float) -> None:
        self._range = (minimum, maximum)

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        return BlendTransform(other=np.float32(0), weight=generator.uniform(*self._range))


class RandomContrast(Augmentation):
    """Blends with the mean of the picture."""

    def __init__(self, *, minimum: float, maximum: float) -> None:
        self._range = (minimum, maximum)

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        return BlendTransform(other=np.float32(sample.image.mean()), weight=generator.uniform(*self._range))


class RandomSaturation(Augmentation):
    """Blends with the grey version of the picture."""

    def __init__(self, *, minimum: float, maximum: float) -> None:
        self._range = (minimum, maximum)

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        grey = (sample.image @ _LUMA)[:, :, None]
        return BlendTransform(other=grey, weight=generator.uniform(*self._range))


class BlendTransform(Transform):
    """``weight`` parts of the picture and ``1 - weight`` parts of something else; geometry stays as it is."""

    def __init__(self, *, other: np.float32 | NDArray[np.float32], weight: float) -> None:
        self._other = other
        self._weight = np.float32(weight)

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        blended = self._weight * image.astype(np.float32) + (1 - self._weight) * self._other
        if not np.issubdtype(image.dtype, np.integer):
            return blended
        return np.rint(blended).clip(0, 255).astype(image.dtype)

    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        return labels

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points

    def inverse(self) -> IdentityTransform:
        """Nothing to undo: the geometry is as it was."""
        return IdentityTransform()
