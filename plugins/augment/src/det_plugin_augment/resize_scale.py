"""Large-scale jitter: resizing to a drawn share of a target size.

Simple copy-paste, section 3: https://arxiv.org/abs/2012.07177
"""

import numpy as np

from det_plugin_augment.resize import ResizeTransform
from detcore.interfaces import Augmentation, Sample, Transform

__all__ = ["ResizeScale", "fitted_size"]


class ResizeScale(Augmentation):
    """Makes the picture as large as fits into ``target`` (height, width) times a scale drawn for each picture."""

    def __init__(self, *, target: tuple[int, int], min_scale: float, max_scale: float) -> None:
        self._target = target
        self._min_scale = min_scale
        self._max_scale = max_scale

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        height, width = sample.image.shape[:2]
        scale = float(generator.uniform(self._min_scale, self._max_scale))
        return ResizeTransform(
            before=(height, width), after=fitted_size(height, width, target=self._target, scale=scale)
        )


def fitted_size(height: int, width: int, *, target: tuple[int, int], scale: float) -> tuple[int, int]:
    """Height and width after resizing, at least 1 each.

    >>> fitted_size(480, 640, target=(1024, 1024), scale=0.5)
    (384, 512)
    """
    factor = min(target[0] * scale / height, target[1] * scale / width)
    # A sliver of a picture may round to nothing; the reference then fails.
    return max(round(height * factor), 1), max(round(width * factor), 1)
