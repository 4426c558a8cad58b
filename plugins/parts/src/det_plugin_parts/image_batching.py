"""Pictures of different sizes as one tensor."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from detcore.structures import ImageBatch

__all__ = ["pad_and_stack"]


def pad_and_stack(images: Sequence[Tensor], *, size_divisibility: int) -> ImageBatch:
    """Stack C×H×W pictures, padded with zeros at the bottom and right.

    Height and width are the largest of the batch, rounded up to a multiple of ``size_divisibility`` (0: not rounded).
    """
    step = max(size_divisibility, 1)
    height, width = (-(-max(image.shape[axis] for image in images) // step) * step for axis in (1, 2))
    padded = [F.pad(image, (0, width - image.shape[2], 0, height - image.shape[1])) for image in images]
    sizes = torch.tensor([image.shape[1:] for image in images], device=images[0].device)
    return ImageBatch(pixels=torch.stack(padded), sizes=sizes)
