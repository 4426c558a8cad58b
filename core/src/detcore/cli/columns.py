"""Tables of words."""

from collections.abc import Sequence

__all__ = ["columns"]

GAP = "  "

WIDEST = 60
"""Letters. A longer cell makes no column wider: what follows it in its row goes below."""


def columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns stand under each other, the last one ragged; what no terminal shows is a space."""
    shown = [[cell if cell.isprintable() else _printable(cell) for cell in row] for row in table]
    widths = [
        max((len(row[index]) for row in shown if len(row[index]) <= WIDEST), default=0)
        for index in range(len(shown[0]) - 1)
    ]
    return [line for row in shown for line in _lines(row, widths)]


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """One, and one more after each cell that is wider than its column."""
    if all(map(int.__le__, map(len, row), widths)):  # as in nearly every row of a list of hundreds
        return [GAP.join([*map(str.ljust, row, widths), row[-1]]).rstrip()]
    lines, start = [""], 0
    for cell, width in zip(row, [*widths, 0], strict=True):
        if cell and len(lines[-1]) > max(start - len(GAP), 0):
            lines.append("")
        lines[-1] = lines[-1].ljust(start) + cell
        start += width + len(GAP)
    return [line.rstrip() for line in lines]


def _printable(cell: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in cell)
