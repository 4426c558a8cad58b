import pytest
import torch

from det_plugin_parts import ROIAlignPoolerConfig, ROIMaxPoolerConfig, level_of_boxes
from detcore.specs import Problem

STRIDES = [4, 8, 16, 32]


def constant_maps(*, channels: int = 2, images: int = 2) -> list[torch.Tensor]:
    """Level 0 is full of zeros, level 1 of ones, and so on."""
    return [torch.full((images, channels, 128 // s, 128 // s), float(i)) for i, s in enumerate(STRIDES)]


def squares(*sides: float) -> torch.Tensor:
    return torch.tensor([[8.0, 8.0, 8.0 + side, 8.0 + side] for side in sides])


def test_a_box_is_pooled_from_the_level_of_its_size():
    pooler = ROIAlignPoolerConfig(output_size=3, canonical_box_size=56).build(strides=STRIDES)

    pooled = pooler(constant_maps(), squares(56, 13, 28, 110), torch.tensor([0, 1, 0, 1]))

    assert pooled.shape == (4, 2, 3, 3)
    assert pooled.mean(dim=(1, 2, 3)).tolist() == [2, 0, 1, 2]


@pytest.mark.parametrize(
    ("side", "level"),
    [
        pytest.param(0, 0, id="empty"),
        pytest.param(1, 0, id="one pixel"),
        pytest.param(111, 0, id="just below half the canonical size"),
        pytest.param(112, 1, id="half the canonical size"),
        pytest.param(224, 2, id="the canonical size"),
        pytest.param(448, 3, id="twice the canonical size"),
        pytest.param(5000, 3, id="huge"),
    ],
)
def test_levels_double_in_size_and_are_clamped(side, level):
    levels = level_of_boxes(squares(side), finest=2, coarsest=5, canonical_box_size=224, canonical_level=4)

    assert levels.tolist() == [level]


def test_pooled_rows_keep_the_order_of_the_boxes():
    pooler = ROIAlignPoolerConfig(output_size=2, sampling_ratio=2).build(strides=[4])
    maps = [torch.arange(2.0)[:, None, None, None].expand(2, 1, 32, 32)]

    pooled = pooler(maps, squares(10, 20, 30), torch.tensor([1, 0, 1]))

    assert pooled[:, 0, 0, 0].tolist() == [1, 0, 1]


def test_alignment_shifts_by_half_a_pixel_of_the_map():
    ramp = torch.arange(16.0).expand(1, 1, 16, 16)
    box, image = torch.tensor([[16.0, 16.0, 32.0, 32.0]]), torch.tensor([0])

    means = [
        ROIAlignPoolerConfig(output_size=1, sampling_ratio=4, aligned=aligned)
        .build(strides=[4])([ramp], box, image)
        .item()
        for aligned in (True, False)
    ]

    assert means == [5.5, 6.0]


def test_without_boxes_there_are_no_rows_but_a_gradient():
    maps = [level.requires_grad_() for level in constant_maps()]

    pooled = ROIAlignPoolerConfig().build(strides=STRIDES)(maps, torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
    pooled.sum().backward()

    assert pooled.shape == (0, 2, 7, 7)
    assert all(level.grad is not None and level.grad.abs().sum() == 0 for level in maps)


@pytest.mark.parametrize(
    ("settings", "cells"),
    [
        pytest.param({"canonical_level": 0}, 224, id="the finest level there could be"),
        pytest.param({"canonical_level": 9}, 0.438, id="a level far above the pyramid"),
        pytest.param({"canonical_box_size": 2000.0}, 125, id="only the largest boxes leave the finest level"),
    ],
)
def test_boxes_that_would_all_go_to_one_level_are_a_problem(settings, cells):
    config = ROIAlignPoolerConfig(**settings)

    (problem,) = config.check(STRIDES)

    assert problem.path == ("canonical_level",)
    assert problem.message == (
        f"a box of 'canonical_box_size' ({config.canonical_box_size:g} pixels) would span {cells} cells of the level it"
        " is pooled from; change one of the two so that it spans 1 to 100"
    )
    assert config.check([16]) == []


@pytest.mark.parametrize("strides", [[4, 8, 32], [6, 12], [8, 4]])
def test_strides_that_do_not_double_are_a_problem(strides):
    wanted = "strides must be powers of two and double from level to level"
    message = f"cannot be pooled from: {wanted}, but these are {strides}"

    assert ROIAlignPoolerConfig().check(strides) == [Problem(message)]
    assert ROIAlignPoolerConfig().check(STRIDES) == []


def test_roi_pool_takes_the_largest_value_of_the_level_of_the_box():
    maps = constant_maps()
    maps[2][0, :, 1, 1] = 9.0
    pooler = ROIMaxPoolerConfig(output_size=2, canonical_box_size=56).build(strides=STRIDES)

    pooled = pooler(maps, squares(56, 13), torch.tensor([0, 1]))

    assert pooled.shape == (2, 2, 2, 2)
    assert pooled[0, 0].tolist() == [[9, 2], [2, 2]]
    assert pooled[1].unique().tolist() == [0]


def test_roi_pool_of_no_boxes_has_no_rows_but_a_gradient():
    maps = [level.requires_grad_() for level in constant_maps()]

    pooled = ROIMaxPoolerConfig().build(strides=STRIDES)(maps, torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
    pooled.sum().backward()

    assert pooled.shape == (0, 2, 7, 7)
    assert all(level.grad is not None and not level.grad.any() for level in maps)


def test_roi_pool_asks_for_the_same_strides_as_roi_align():
    assert ROIMaxPoolerConfig().check([4, 8, 32]) == ROIAlignPoolerConfig().check([4, 8, 32]) != []


def test_maps_are_gathered_from_as_they_are_and_laid_out_row_by_row_for_the_kernels():
    maps = {
        "p2": torch.randn(2, 8, 16, 16).contiguous(memory_format=torch.channels_last),
        "p3": torch.randn(2, 8, 8, 8).contiguous(memory_format=torch.channels_last).bfloat16(),
    }
    gathering = ROIAlignPoolerConfig(sampling_ratio=2).build(strides=[4, 8]).laid_out(maps)
    by_kernel = [
        config.build(strides=[4, 8]).laid_out(maps)
        for config in (ROIAlignPoolerConfig(sampling_ratio=0), ROIMaxPoolerConfig())
    ]

    assert all(gathering[name] is maps[name] for name in maps)
    for laid_out in by_kernel:
        assert all(each.is_contiguous() for each in laid_out.values())
        assert all(torch.equal(laid_out[name], maps[name]) for name in maps)


@pytest.mark.parametrize(
    "config",
    [
        ROIAlignPoolerConfig(output_size=2),
        ROIAlignPoolerConfig(output_size=2, sampling_ratio=2),
        ROIMaxPoolerConfig(output_size=2),
    ],
)
def test_boxes_keep_their_place_where_maps_are_in_half_precision(config):
    ramp = (torch.arange(320.0) - 290).expand(1, 1, 4, -1)
    boxes, image_index = torch.tensor([[1203.0, 0.0, 1219.0, 16.0]]), torch.tensor([0])
    pooler = config.build(strides=[4])

    expected = pooler([ramp], boxes, image_index)
    pooled = pooler([ramp.to(torch.bfloat16)], boxes, image_index)

    assert pooled.dtype == torch.bfloat16
    assert (pooled.float() - expected).abs().max() <= 0.1  # of about 12, so a step of bfloat16


@pytest.mark.parametrize(
    "config", [ROIAlignPoolerConfig(sampling_ratio=2), ROIAlignPoolerConfig(), ROIMaxPoolerConfig()]
)
def test_a_box_whose_size_is_no_number_pools_zeros(config):
    boxes = torch.tensor([[0.0, 0.0, 16.0, 16.0], [torch.nan] * 4, [9.0, 0.0, 2.0, 4.0]])

    pooled = config.build(strides=[4, 8])(
        [torch.ones(1, 2, 8, 8), torch.ones(1, 2, 4, 4)], boxes, torch.zeros(3).long()
    )
    nothing = config.build(strides=[4, 8])(
        [torch.ones(1, 2, 8, 8), torch.ones(1, 2, 4, 4)], boxes[1:2], torch.zeros(1).long()
    )

    assert pooled[0].min() > 0
    assert not pooled[1:].any()
    assert not nothing.any()
