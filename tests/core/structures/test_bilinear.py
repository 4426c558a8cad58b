"""Which cells surround a point, and how much each of them counts."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import grid_sample
from torch.testing import assert_close

from detcore.structures import surrounding_cells


def test_the_middle_of_a_cell_is_that_cell():
    cells, weights = surrounding_cells(torch.tensor([1.5, 0.5]), 2, 3)

    assert weights.sum() == 1
    assert cells[weights.argmax()] == 1


def test_a_corner_between_four_cells_is_a_quarter_of_each():
    cells, weights = surrounding_cells(torch.tensor([[1.0, 1.0]]), 2, 3)

    assert sorted(cells[0].tolist()) == [0, 1, 3, 4]
    assert weights.tolist() == [[0.25] * 4]


def test_beyond_the_border_zeros_count():
    cells, weights = surrounding_cells(torch.tensor([[0.0, 0.5], [-0.6, 0.5], [3.0, 0.5]]), 2, 3)

    assert weights.sum(dim=1).tolist() == [0.5, 0.0, 0.5]
    assert cells.min() >= 0
    assert cells.max() < 6


@settings(deadline=None, max_examples=50)
@given(st.floats(-3, 12), st.floats(-3, 9))
def test_values_are_those_of_grid_sample(x, y):
    level = torch.rand(6, 9, generator=torch.Generator().manual_seed(0))
    point = torch.tensor([x, y])

    cells, weights = surrounding_cells(point, 6, 9)

    grid = (2 * point / torch.tensor([9.0, 6.0]) - 1)[None, None, None]
    expected = grid_sample(level[None, None], grid, align_corners=False).flatten()[0]
    assert_close((level.flatten()[cells] * weights).sum(), expected, rtol=1e-4, atol=1e-4)
