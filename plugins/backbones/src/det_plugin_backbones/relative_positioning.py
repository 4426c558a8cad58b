"""How much a query attends to a key by the way from one to the other, rows and columns apart.

Improved Multiscale Vision Transformers (MViTv2), section 4.1: https://arxiv.org/abs/2112.01526
Differs from the paper: the query is not scaled before it meets the positions, as in the published models.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

__all__ = ["position_bias", "relative_positions", "relative_positions_between"]

Table = Float[Tensor, "distance channel"]
"""A learned vector for every distance between two tokens of a row, from the most negative one on."""


def position_bias(
    queries: Float[Tensor, "image head token channel"],
    rows: Float[Tensor, "row_distance channel"],
    columns: Float[Tensor, "column_distance channel"],
    *,
    size: tuple[int, int],
) -> Float[Tensor, "image head token token"]:
    """What is added to the attention of every token to every other of a map of ``size``, a height and a width."""
    height, width = size
    grid = queries.reshape(*queries.shape[:2], height, width, queries.shape[3])
    # Not einsum: that its batch is one picture would become a condition of an exported program (torch 2.15).
    by_row = grid @ relative_positions(rows, height).mT
    by_column = (grid.transpose(2, 3) @ relative_positions(columns, width).mT).transpose(2, 3)
    return (by_row[..., :, None] + by_column[..., None, :]).flatten(4, 5).flatten(2, 3)


def relative_positions(table: Table, length: int) -> Float[Tensor, "query key channel"]:
    """The table's vector for every pair of tokens of a row of ``length``; the table is stretched to fit."""
    steps = torch.arange(length, device=table.device)
    return _stretched(table, 2 * length - 1)[steps[:, None] - steps[None, :] + length - 1]


def relative_positions_between(table: Table, *, queries: int, keys: int) -> Float[Tensor, "query key channel"]:
    """The same for rows of different lengths, the shorter of which has longer steps."""
    longest = max(queries, keys)
    query_steps = torch.arange(queries, device=table.device) * (longest / queries)
    key_steps = torch.arange(keys, device=table.device) * (longest / keys)
    distances = query_steps[:, None] - key_steps[None, :] + (keys - 1) * (longest / keys)
    return _stretched(table, 2 * longest - 1)[distances.long()]


def _stretched(table: Table, length: int) -> Float[Tensor, "{length} channel"]:
    """Linearly; also where the length is right already, which changes nothing: so one program serves every size."""
    return F.interpolate(table.T[None], size=length, mode="linear")[0].T
