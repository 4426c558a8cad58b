"""Values of maps at points, and pooling on a grid of them."""

import pytest
import torch
from torch.nn.functional import grid_sample
from torch.testing import assert_close

from det_plugin_parts import (
    PointGridPoolerConfig,
    ROIAlignPoolerConfig,
    centres_of_cells,
    points_in_picture,
    points_of_grid,
    sample_own_maps,
    sample_pictures,
)
from det_plugin_parts.weighted_sums import weighted_sums
from detcore.specs import Problem

BOXES = torch.tensor([[8.0, 8.0, 40.0, 24.0], [-10.0, 30.0, 60.0, 90.0], [5.0, 5.0, 5.0, 9.0]])
INDEX = torch.tensor([1, 0, 1])


def maps(*sides: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, 3, side, side + 4, generator=generator, requires_grad=True) for side in sides]


def test_a_grid_runs_row_by_row_through_the_middles_of_its_cells():
    assert points_of_grid(2, like=BOXES).tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]
    assert centres_of_cells(torch.tensor([[5, 0]]), 4).tolist() == [[[0.375, 0.375], [0.125, 0.125]]]


def test_points_go_from_the_frame_of_a_box_to_the_picture():
    points = torch.tensor([[0.0, 0.0], [1.0, 0.5]])

    assert points_in_picture(points, BOXES[:1]).tolist() == [[[8, 8], [40, 16]]]


def test_pictures_are_sampled_as_grid_sample_does_one_by_one():
    (feature_map,) = maps(16)
    points = torch.rand(3, 20, 2, generator=torch.Generator().manual_seed(1)) * 100 - 15  # some of them outside

    sampled = sample_pictures([feature_map], [4], points, INDEX)

    scale = torch.tensor([80.0, 64.0])
    expected = grid_sample(feature_map[INDEX], 2 * points[:, :, None] / scale - 1, align_corners=False)[..., 0]
    assert_close(sampled, expected)
    given = torch.randn(sampled.shape)
    ours, theirs = (torch.autograd.grad((x * given).sum(), feature_map)[0] for x in (sampled, expected))
    assert_close(ours, theirs)


def test_the_channels_of_several_maps_are_laid_end_to_end():
    fine, coarse = maps(16, 8)
    points = points_in_picture(points_of_grid(3, like=BOXES), BOXES)

    both = sample_pictures([fine, coarse], [4, 8], points, INDEX)

    assert both.shape == (3, 6, 9)
    assert_close(both[:, 3:], sample_pictures([coarse], [8], points, INDEX))


def test_no_point_is_ordinary():
    (feature_map,) = maps(16)

    sampled = sample_pictures([feature_map], [4], torch.zeros(0, 5, 2), torch.zeros(0, dtype=torch.long))
    sampled.sum().backward()

    assert sampled.shape == (0, 3, 5)
    assert not feature_map.grad.any()
    assert sample_own_maps(torch.zeros(0, 3, 7, 7), torch.zeros(0, 5, 2)).shape == (0, 3, 5)


def test_the_grid_pooler_samples_once_where_roi_align_averages():
    levels = maps(16)
    constant_slope = [torch.arange(20.0).expand(2, 1, 16, 20)]
    inside = torch.tensor([[8.0, 8.0, 40.0, 24.0]])

    pooled = PointGridPoolerConfig(output_size=4).build(strides=[4])(constant_slope, inside, INDEX[:1])
    averaged = ROIAlignPoolerConfig(output_size=4, sampling_ratio=2).build(strides=[4])(
        constant_slope, inside, INDEX[:1]
    )

    assert_close(pooled, averaged)
    assert PointGridPoolerConfig(output_size=5).build(strides=[4])(levels, BOXES, INDEX).shape == (3, 3, 5, 5)


def test_the_grid_pooler_reads_the_levels_it_is_told():
    fine, coarse = maps(16, 8)
    settings = {"boxes": BOXES, "image_index": INDEX}

    pooled = PointGridPoolerConfig(output_size=3, levels=(1, 0)).build(strides=[4, 8])([fine, coarse], **settings)

    first, second = pooled.split(3, dim=1)
    assert_close(first, PointGridPoolerConfig(output_size=3).build(strides=[8])([coarse], **settings))
    assert_close(second, PointGridPoolerConfig(output_size=3).build(strides=[4])([fine], **settings))
    assert PointGridPoolerConfig(levels=(1, 0)).pooled_channels(256) == 512


def test_a_level_that_is_not_there_is_a_problem():
    assert PointGridPoolerConfig(levels=(0, 2)).check([4, 8]) == [
        Problem("there is no feature map 2, only 0 to 1", ("levels", 1))
    ]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weighted_sums_and_their_gradients_are_the_same_however_they_are_computed(dtype):
    rows = torch.randn(6, 4, dtype=dtype, requires_grad=True)
    index, weights = torch.tensor([[0, 5], [5, 5], [2, 0]]), torch.rand(3, 2, dtype=dtype)

    sums = weighted_sums(rows, index, weights)
    expected = (rows[index] * weights[..., None]).sum(dim=1)

    assert_close(sums, expected)
    given = torch.randn_like(sums)
    assert_close(*(torch.autograd.grad((x * given).sum(), rows)[0] for x in (sums, expected)))
