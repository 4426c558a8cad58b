"""What a transformer adds to a patch to tell it where it is.

An Image is Worth 16x16 Words, sections 3.1 and 3.2: https://arxiv.org/abs/2010.11929
"""

from math import isqrt

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

__all__ = ["absolute_positions"]


def absolute_positions(
    table: Float[Tensor, "1 position channel"], *, has_class_position: bool, size: tuple[int, int]
) -> Float[Tensor, "1 height width channel"]:
    """The learned positions of a square of patches, stretched bicubically to ``size``, a height and width in patches.

    ``has_class_position``: the first row of the table belongs to the classifier's token and is left out.
    """
    positions = table[:, 1:] if has_class_position else table
    side = isqrt(positions.shape[1])
    square = positions.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    # Also where the size is right already, which changes nothing: so one program serves every size.
    return F.interpolate(square, size=size, mode="bicubic").permute(0, 2, 3, 1)
