"""Padding to a size."""

import numpy as np

from det_plugin_augment.crop import PadTransform
from detcore.interfaces import Augmentation, Sample, Transform

__all__ = ["Pad"]


class Pad(Augmentation):
    """Enlarges every picture to ``size`` (height, width) at its right and bottom; nothing is drawn."""

    def __init__(self, *, size: tuple[int, int], value: int) -> None:
        self._size = size
        self._value = value

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        height, width = sample.image.shape[:2]
        size = (max(self._size[0], height), max(self._size[1], width))
        return PadTransform(top=0, left=0, before=(height, width), after=size, value=self._value)
