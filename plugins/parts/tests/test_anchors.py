import re

import pytest
import torch

from det_plugin_parts import GridAnchors, GridAnchorsConfig
from detcore.specs import Problem


def maps(*sizes: tuple[int, int]) -> list[torch.Tensor]:
    return [torch.zeros(1, 1, *size) for size in sizes]


def test_anchors_run_along_x_then_y_and_within_a_position_over_ratios():
    generator = GridAnchors(sizes=[[8]], aspect_ratios=[[0.25, 1.0]], strides=[4], offset=0.0)

    (anchors,) = generator(maps((2, 2)))

    assert anchors.tolist() == [
        [-8, -2, 8, 2],
        [-4, -4, 4, 4],
        [-4, -2, 12, 2],
        [0, -4, 8, 4],
        [-8, 2, 8, 6],
        [-4, 0, 4, 8],
        [-4, 2, 12, 6],
        [0, 0, 8, 8],
    ]


def test_an_offset_moves_the_first_centre_by_a_part_of_a_step():
    generator = GridAnchors(sizes=[[8]], aspect_ratios=[[1.0]], strides=[4], offset=0.5)

    (anchors,) = generator(maps((1, 2)))

    assert anchors.tolist() == [[-2, -2, 6, 6], [2, -2, 10, 6]]


def test_every_level_has_its_own_size_and_stride():
    generator = GridAnchorsConfig(sizes=((8,), (16,)), aspect_ratios=((1.0,),)).build(strides=[4, 8])

    fine, coarse = generator(maps((4, 6), (2, 3)))

    assert fine.shape == (24, 4)
    assert coarse[-1].tolist() == [8, 0, 24, 16]


def test_one_entry_serves_all_levels():
    config = GridAnchorsConfig(sizes=((8, 16),), aspect_ratios=((0.5, 1.0, 2.0),))

    assert config.num_anchors(3) == (6, 6, 6)
    assert config.build(strides=[4, 8, 16]).num_anchors == (6, 6, 6)


def test_anchors_are_not_in_a_checkpoint():
    generator = GridAnchorsConfig().build(strides=[4, 8, 16, 32, 64])

    assert generator.state_dict() == {}


def test_entries_for_another_number_of_levels_are_a_problem():
    config = GridAnchorsConfig(sizes=((8,), (16,), (32,)))

    assert config.check([4, 8]) == [Problem("has entries for 3 levels, but there are 2 feature maps", ("sizes",))]
    assert config.check([4, 8, 16]) == []


def test_building_for_another_number_of_levels_is_refused():
    message = "anchor sizes for 3 levels and aspect ratios for 2, but there are 2 strides: [4, 8]"

    with pytest.raises(ValueError, match=re.escape(message)):
        GridAnchorsConfig(sizes=((8,), (16,), (32,))).build(strides=[4, 8])


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        pytest.param(
            ((8,), ()), r"'sizes' needs at least one number for every level: \(\(8,\), \(\)\)", id="a level without"
        ),
        pytest.param((), r"'sizes' needs at least one number for every level: \(\)", id="no level"),
        pytest.param(((8, -1),), "'sizes' must be > 0 and finite: -1", id="negative"),
        pytest.param(((8, float("inf")),), "'sizes' must be > 0 and finite: inf", id="infinite"),
        pytest.param(((8, float("nan")),), "'sizes' must be > 0 and finite: nan", id="not a number"),
    ],
)
def test_impossible_sizes_are_refused_where_they_are_written(sizes, message):
    with pytest.raises(ValueError, match=message):
        GridAnchorsConfig(sizes=sizes)
