"""One rule of indexing for everything that holds one row per object: the result always holds rows again."""

from collections.abc import Sequence

from torch import Tensor

__all__ = ["RowIndex", "Rows", "row_index"]

RowIndex = int | slice | Sequence[int] | Tensor
"""What may stand in the brackets: one position, a slice, positions, or a boolean mask."""

Rows = slice | Sequence[int] | Tensor


def row_index(index: RowIndex, length: int) -> Rows:
    """``index``, with a single position turned into a slice that keeps its row.

    Raises:
        IndexError: a single position lies outside the ``length`` rows.
    """
    if not isinstance(index, int):
        return index
    if not -length <= index < length:
        raise IndexError(f"position {index} of {length} objects")
    start = index % length
    return slice(start, start + 1)
