"""A grid of probabilities, stretched over a box, as runs of foreground pixels, without visiting most pixels.

Between the centres of two grid rows, bilinear values run linearly down a column of pixels, so the values at the ends of
such a stretch say where in it the object begins or ends. Where a value is so near the threshold that rounding decides,
it is taken from ``grid_sample`` itself. The result thus equals, to the pixel, a whole picture sampled in float32 on the
CPU with ``align_corners=False``, zeros around the grid and places ``(pixel + 0.5 - x1) / (x2 - x1) * 2 - 1``.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from detcore.structures import rle

__all__ = ["PastedMask", "paste"]

_ROUNDING = 1e-6
"""Per grid line, how far float32 may take a value of 0 to 1 from the exact one; ten times the most that was seen over
random grids of 1 to 224 lines and boxes of up to 200 000 pixels."""

_FEW_PIXELS = 1 << 14
"""In a window of no more, each pixel is sampled: what is said above takes about as long as this many."""

_MAX_PIXELS = 1 << 20
"""Of columns treated together. Bounds the memory where every single value is near the threshold."""

_MAX_STRETCHES = 1 << 17
"""Of columns treated together. Bounds the memory where a fine grid covers a large picture."""


class PastedMask(NamedTuple):
    """A mask inside a window of a picture, told by where its columns change."""

    left: int
    top: int
    across: int
    """Width of the window in pixels."""

    down: int
    """Height of the window in pixels."""

    changes: NDArray[np.int64]
    """Where foreground begins and where it ends, in turn, as ``column * (down + 1) + row``; no run goes from one column
    into the next."""

    def bitmap(self) -> NDArray[np.bool_]:
        """The window's pixels, down×across."""
        runs = np.diff(self.changes, prepend=0, append=self.across * (self.down + 1))
        columns = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(self.across, self.down + 1)
        return columns[:, : self.down].T


class _Axis(NamedTuple):
    """The pixels of one axis that a stretched grid reaches."""

    first: int
    places: NDArray[np.float32]
    """Centres over the grid, −1 to 1, as ``grid_sample`` takes them."""

    line: NDArray[np.int64]
    """The last grid line before each centre; line 0 is that of zeros before the grid."""

    beyond: NDArray[np.float32]
    """How far each centre is from that line to the next, 0 to 1."""


class _Stretches(NamedTuple):
    """The rows of a window in stretches between the same two grid lines."""

    begin: NDArray[np.int64]
    length: NDArray[np.int64]

    @classmethod
    def of(cls, y: _Axis) -> "_Stretches":
        begin = np.flatnonzero(np.diff(y.line, prepend=-1))
        return cls(begin, np.diff(begin, append=len(y.line)))


class _Unclear(NamedTuple):
    """Parts of columns in which something changes, one entry for each, all within a stretch."""

    column: NDArray[np.int64]
    stretch: NDArray[np.int64]
    near: NDArray[np.int64]
    """The first row of the stretch whose value is near the threshold, or lies beyond it."""

    clear: NDArray[np.int64]
    """The first row after those near the threshold."""


def paste(grid: NDArray[np.float32], box: Sequence[float], height: int, width: int, threshold: float) -> PastedMask:
    """Where the grid, stretched over ``x1 y1 x2 y2``, reaches the threshold in a picture of this size."""
    x, y = _axis(box[0], box[2], grid.shape[1], width), _axis(box[1], box[3], grid.shape[0], height)
    across, down = len(x.places), len(y.places)
    if across == 0 or down == 0:
        return PastedMask(0, 0, 0, 0, np.zeros(0, dtype=np.int64))
    if across * down <= _FEW_PIXELS:
        is_inside = _sampled(grid, x.places[:, None], y.places[None], threshold)
        return PastedMask(x.first, y.first, across, down, rle.changes_of(is_inside))
    stretches = _Stretches.of(y)
    changes = [
        _changes(grid, portion, y, stretches, threshold) + start * (down + 1)
        for start, portion in _portions(x, down, len(stretches.begin))
    ]
    return PastedMask(x.first, y.first, across, down, np.concatenate(changes))


def _axis(start: float, end: float, cells: int, length: int) -> _Axis:
    extent = end - start
    # Half a cell beyond the box the samples still mix with the zeros around the grid.
    reach = extent / (2 * cells)
    if not (0 < extent < math.inf and end + reach > 0 and start - reach < length):
        return _Axis(0, np.zeros(0, np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32))
    pixels = np.arange(max(math.floor(start - reach), 0), min(math.ceil(end + reach), length))
    line = (pixels + (0.5 - start)) * (cells / extent) + 0.5
    is_reached = (line > 0) & (line < cells + 1)
    pixels, line = pixels[is_reached], line[is_reached]
    left, right = np.float32(start), np.float32(end)
    places = (pixels.astype(np.float32) + np.float32(0.5) - left) / (right - left) * 2 - 1
    below = line.astype(np.int64)
    return _Axis(int(pixels[0]) if len(pixels) else 0, places, below, (line - below).astype(np.float32))


def _portions(x: _Axis, down: int, num_stretches: int) -> Iterator[tuple[int, _Axis]]:
    """As many columns at a time as memory is meant to hold, with the number of the first."""
    size = max(min(_MAX_PIXELS // down, _MAX_STRETCHES // num_stretches), 1)
    for start in range(0, len(x.places), size):
        part = slice(start, start + size)
        yield start, _Axis(x.first + start, x.places[part], x.line[part], x.beyond[part])


def _changes(
    grid: NDArray[np.float32], x: _Axis, y: _Axis, stretches: _Stretches, threshold: float
) -> NDArray[np.int64]:
    """Where the columns change, as in :class:`PastedMask`."""
    columns = _along_columns(grid, x)
    first = _at_rows(columns, y, stretches.begin) - np.float32(threshold)
    last = _at_rows(columns, y, stretches.begin + stretches.length - 1) - np.float32(threshold)
    unclear = _unclear(first, last, stretches.length, margin=_ROUNDING * sum(grid.shape))
    places, states = zip(
        _where_stretches_begin(first > 0, last > 0, unclear, stretches, len(y.places)),
        _where_unclear(grid, x, y, unclear, stretches, threshold),
        _where_clear_again(last > 0, unclear, stretches, len(y.places)),
        strict=True,
    )
    order = np.argsort(np.concatenate(places), kind="stable")
    is_change = np.diff(np.concatenate(states)[order], prepend=False)
    changes: NDArray[np.int64] = np.concatenate(places)[order][is_change]
    return changes


def _along_columns(grid: NDArray[np.float32], x: _Axis) -> NDArray[np.float32]:
    """Columns×lines: the values of each pixel column on the lines of the grid, those of zeros around it included."""
    lines: NDArray[np.float32] = np.zeros((grid.shape[1] + 2, grid.shape[0] + 2), dtype=np.float32)
    lines[1:-1, 1:-1] = grid.T
    beyond: NDArray[np.float32] = x.beyond[:, None]
    columns: NDArray[np.float32] = lines.take(x.line, axis=0) * (1 - beyond) + lines.take(x.line + 1, axis=0) * beyond
    return columns


def _at_rows(columns: NDArray[np.float32], y: _Axis, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    line, beyond = y.line[rows], y.beyond[rows]
    values: NDArray[np.float32] = columns.take(line, axis=1) * (1 - beyond) + columns.take(line + 1, axis=1) * beyond
    return values


def _unclear(
    first: NDArray[np.float32], last: NDArray[np.float32], length: NDArray[np.int64], margin: float
) -> _Unclear:
    """The stretches that change or touch the threshold; ``first`` and ``last`` are what their ends have above it."""
    # A stretch is clear if both ends are on one side by more than the margin; what is not a number never is.
    is_clear = (np.minimum(first, last) > margin) | (np.maximum(first, last) < -margin)
    column, stretch = _positions(~is_clear)
    start, end, num_rows = first[column, stretch].astype(float), last[column, stretch].astype(float), length[stretch]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = (end - start) / (num_rows - 1)
        enter, leave = (-margin - start) / slope, (margin - start) / slope
        # fmin and fmax take a level stretch, where nothing can be said, for near the threshold as a whole.
        near = np.fmin(np.fmax(np.ceil(np.minimum(enter, leave)), 0), num_rows)
        clear = np.fmax(np.fmin(np.floor(np.maximum(enter, leave)) + 1, num_rows), near)
    return _Unclear(column, stretch, near.astype(np.int64), clear.astype(np.int64))


_Events = tuple[NDArray[np.int64], NDArray[np.bool_]]
"""From each place on, in the numbers of :class:`PastedMask`, whether pixels are foreground."""


def _where_stretches_begin(
    is_inside_first: NDArray[np.bool_],
    is_inside_last: NDArray[np.bool_],
    unclear: _Unclear,
    stretches: _Stretches,
    down: int,
) -> _Events:
    """The stretches that do not simply go on as the one before ended, and the background between columns."""
    background = np.zeros((len(is_inside_first), 1), dtype=np.bool_)
    inside = np.concatenate([is_inside_first, background], axis=1)
    before = np.concatenate([background, is_inside_last], axis=1)
    is_told = inside != before
    is_told[unclear.column, unclear.stretch + 1] = True
    is_told[unclear.column, unclear.stretch] = unclear.near > 0
    column, stretch = _positions(is_told)
    return column * (down + 1) + np.append(stretches.begin, down)[stretch], inside[column, stretch]


def _where_unclear(
    grid: NDArray[np.float32], x: _Axis, y: _Axis, unclear: _Unclear, stretches: _Stretches, threshold: float
) -> _Events:
    """Every pixel near the threshold."""
    counts = unclear.clear - unclear.near
    begin = stretches.begin[unclear.stretch] + unclear.near
    column = np.repeat(unclear.column, counts)
    row = np.arange(len(column)) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
    is_inside = _sampled(grid, x.places[column, None], y.places[row, None], threshold)[:, 0]
    return column * (len(y.places) + 1) + row, is_inside


def _sampled(
    grid: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32], threshold: float
) -> NDArray[np.bool_]:
    """Whether the grid reaches the threshold at each place, in the precision that decides."""
    places = torch.from_numpy(np.stack(np.broadcast_arrays(x, y), axis=-1))
    values = F.grid_sample(torch.from_numpy(grid)[None, None], places[None], align_corners=False)
    is_inside: NDArray[np.bool_] = (values[0, 0] >= threshold).numpy()
    return is_inside


def _where_clear_again(
    is_inside_last: NDArray[np.bool_], unclear: _Unclear, stretches: _Stretches, down: int
) -> _Events:
    rest = unclear.clear < stretches.length[unclear.stretch]
    column, stretch = unclear.column[rest], unclear.stretch[rest]
    row = stretches.begin[stretch] + unclear.clear[rest]
    return column * (down + 1) + row, is_inside_last[column, stretch]


def _positions(is_true: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of what is true, as ``nonzero`` says it; a good deal faster where that is little."""
    row, column = np.divmod(np.flatnonzero(is_true), is_true.shape[1])
    return row, column
