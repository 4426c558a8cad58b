"""Clipping polygons to a window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detcore.data.polygon_clipping import clip_polygon
from detcore.structures import rle


def clipped(points, *, height=10, width=10):
    return clip_polygon(np.array(points, dtype=np.float64), height=height, width=width).tolist()


def area(polygon):
    x, y = np.asarray(polygon, dtype=np.float64).reshape(-1, 2).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_a_polygon_inside_is_returned_as_it_is():
    triangle = [[1.0, 1.0], [9.0, 1.0], [5.0, 9.0]]

    assert clipped(triangle) == triangle


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([[20, 20], [30, 20], [30, 30]], id="outside"),
        pytest.param([[10, 0], [20, 0], [20, 10], [10, 10]], id="touching the edge"),
        pytest.param([[-5, -5], [0, 0], [-5, 5]], id="touching the corner"),
        pytest.param([[1, 1], [3, 1]], id="a line"),
        pytest.param([], id="no points"),
    ],
)
def test_what_has_no_area_in_the_window_is_gone(points):
    assert clip_polygon(np.array(points, dtype=np.float64).reshape(-1, 2), height=10, width=10).shape == (0, 2)


def test_a_polygon_around_the_window_becomes_the_window():
    assert sorted(clipped([[-9, -9], [99, -9], [99, 99], [-9, 99]])) == [[0, 0], [0, 10], [10, 0], [10, 10]]


def test_pieces_of_a_concave_polygon_keep_their_area():
    comb = [[-5, 0], [5, 0], [5, 2], [-2, 2], [-2, 4], [5, 4], [5, 6], [-5, 6]]

    assert area(clipped(comb)) == 20  # two teeth of 5×2 stand in the window


def test_vertices_on_the_border_are_not_repeated():
    points = clipped([[-5, 0], [0, 0], [5, 0], [5, 5], [0, 5], [-5, 5]])

    assert sorted(points) == [[0, 0], [0, 5], [5, 0], [5, 5]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-20, 60), st.integers(-20, 60)), min_size=3, max_size=8),
    st.integers(5, 30),
    st.integers(5, 30),
)
def test_the_rasterised_rest_is_what_the_window_shows(points, height, width):
    # Around the origin of a larger canvas, so that the unclipped polygon can be rasterised as well.
    polygon = np.array(points, dtype=np.float64)
    canvas = rle.decode(rle.from_polygons([polygon + 20], 100, 100))[20 : 20 + height, 20 : 20 + width]

    rest = clip_polygon(polygon, height=height, width=width)

    mask = rle.decode(rle.from_polygons([rest], height, width)) if len(rest) else np.zeros((height, width), bool)
    inner = np.s_[1:-1, 1:-1]  # COCO's rasteriser rounds an edge on the border either way
    differing = np.count_nonzero(mask[inner] != canvas[inner])
    assert differing <= 0.03 * height * width + 2
