"""What of a polygon lies inside a window.

Sutherland and Hodgman, "Reentrant polygon clipping", CACM 1974. Where clipping a concave polygon leaves several pieces,
they stay joined by edges that run along the window's border; area and rasterisation are those of the pieces alone.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["clip_polygon"]


def clip_polygon(polygon: NDArray[np.float64], *, height: float, width: float) -> NDArray[np.float64]:
    """The part of ``polygon`` (n×2, ``x y``) within 0 ≤ x ≤ width, 0 ≤ y ≤ height; 0×2 where nothing of it has area.

    >>> clip_polygon(np.array([[-2.0, 0], [2, 0], [2, 4], [-2, 4]]), height=3, width=10).tolist()
    [[0.0, 3.0], [0.0, 0.0], [2.0, 0.0], [2.0, 3.0]]
    """
    for axis, limit, sign in ((0, 0.0, 1.0), (0, width, -1.0), (1, 0.0, 1.0), (1, height, -1.0)):
        polygon = _clip_to_half_plane(polygon, axis, limit, sign)
    return polygon if len(polygon) >= 3 and _area(polygon) > 0 else np.zeros((0, 2))


def _clip_to_half_plane(polygon: NDArray[np.float64], axis: int, limit: float, sign: float) -> NDArray[np.float64]:
    """Keep the side where ``sign * (coordinate - limit) >= 0``."""
    if len(polygon) == 0:
        return polygon
    distance = sign * (polygon[:, axis] - limit)
    if (distance >= 0).all():
        return polygon
    kept: list[NDArray[np.float64]] = []
    for index in range(len(polygon)):
        here, before = distance[index], distance[index - 1]
        if (here >= 0) != (before >= 0):
            kept.append(_crossing(polygon[index - 1], polygon[index], before / (before - here), axis, limit))
        if here >= 0:
            kept.append(polygon[index])
    # A vertex on the line is met twice: as itself and as a crossing.
    distinct = [point for index, point in enumerate(kept) if not np.array_equal(point, kept[index - 1])]
    return np.array(distinct).reshape(-1, 2)


def _crossing(
    start: NDArray[np.float64], end: NDArray[np.float64], fraction: float, axis: int, limit: float
) -> NDArray[np.float64]:
    point = start + fraction * (end - start)
    point[axis] = limit  # exactly, whatever rounding says
    return point


def _area(polygon: NDArray[np.float64]) -> float:
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
