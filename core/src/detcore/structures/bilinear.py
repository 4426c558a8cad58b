"""Values of a map between its cells.

The value of a cell is that of its centre, and around the map there are zeros, as in ``grid_sample`` with
``align_corners=False``.
"""

from itertools import product

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["surrounding_cells"]


def surrounding_cells(
    points: Float[Tensor, "*point 2"], height: int, width: int
) -> tuple[Int[Tensor, "*point 4"], Float[Tensor, "*point 4"]]:
    """The four cells whose centres surround each point, as ``y * width + x``, and the weight of each.

    ``points`` are ``x y`` in cells of the map. A cell outside the map weighs 0 and is told as one at the border.
    """
    centred = points - 0.5
    corner = centred.floor()
    found = [_cell(centred, corner + points.new_tensor(step), height, width) for step in product((0, 1), repeat=2)]
    cells, weights = zip(*found, strict=True)
    return torch.stack(cells, dim=-1), torch.stack(weights, dim=-1)


def _cell(centred: Tensor, cell: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    x, y = cell.long().unbind(dim=-1)
    is_inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    weight = (1 - (centred - cell).abs()).prod(dim=-1)
    return y.clamp(0, height - 1) * width + x.clamp(0, width - 1), weight * is_inside
