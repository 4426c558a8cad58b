"""Tables of words."""

from collections.abc import Sequence

__all__ = ["columns"]


def columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns stand under each other, the last one ragged; what no terminal shows is a space."""
    shown = [[cell if cell.isprintable() else _printable(cell) for cell in row] for row in table]
    widths = [max(len(row[index]) for row in shown) for index in range(len(shown[0]) - 1)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in shown]


def _printable(cell: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in cell)
