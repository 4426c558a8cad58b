"""A map cut into square windows, and back.

Exploring Plain Vision Transformer Backbones (ViTDet), section 3: https://arxiv.org/abs/2203.16527
Differs from most: what is padded is not masked, as in the published models.
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

__all__ = ["from_windows", "into_windows"]

Tokens = Float[Tensor, "image height width channel"]
Windows = Float[Tensor, "window side side channel"]


def into_windows(x: Tokens, side: int) -> Windows:
    """Windows of ``side``×``side`` tokens, row by row, image after image; zeros where the map ends inside one."""
    images, height, width, channels = x.shape
    rows, columns = _windows_along(height, side), _windows_along(width, side)
    padded = F.pad(x, (0, 0, 0, columns * side - width, 0, rows * side - height))
    grid = padded.reshape(images, rows, side, columns, side, channels)
    return grid.permute(0, 1, 3, 2, 4, 5).reshape(images * rows * columns, side, side, channels)


def from_windows(windows: Windows, side: int, like: Tokens) -> Tokens:
    """The maps that the windows were cut from, of the size of ``like``."""
    images, height, width, channels = like.shape
    rows, columns = _windows_along(height, side), _windows_along(width, side)
    grid = windows.reshape(images, rows, columns, side, side, channels).permute(0, 1, 3, 2, 4, 5)
    padded = grid.reshape(images, rows * side, columns * side, channels)
    # Not a slice: whether that is all of the map would become a condition of an exported program (torch 2.15).
    return F.pad(padded, (0, 0, 0, width - columns * side, 0, height - rows * side))


def _windows_along(length: int, side: int) -> int:
    return (length + side - 1) // side
