"""The mask head that refines points, and its parts."""

import pytest
import torch
from torch.testing import assert_close

from det_plugin_maskrcnn import (
    PointRendMaskHead,
    PointRendMaskHeadConfig,
    PointSamplingConfig,
    Regions,
    SampledProposals,
    TrainingPoints,
)
from det_plugin_maskrcnn.coarse_mask_head import CoarseMaskHead
from det_plugin_maskrcnn.mask_targets import masks_at_points
from det_plugin_parts import points_of_grid
from detcore.specs import FeatureShape, Problem
from detcore.structures import BitMasks, Instances

SHAPES = {"p2": FeatureShape(channels=3, stride=4), "p3": FeatureShape(channels=3, stride=8)}
SMALL = {"coarse_conv_dim": 4, "coarse_fc_dims": (8,), "point_fc_dims": (8,)}
FEATURES = {"p2": torch.randn(2, 3, 16, 16), "p3": torch.randn(2, 3, 8, 8)}
REGIONS = Regions(
    torch.tensor([[0.0, 0.0, 20.0, 20.0], [4.0, 4.0, 60.0, 40.0]]), torch.tensor([0, 1]), torch.tensor([2, 0])
)


def head(**settings) -> PointRendMaskHead:
    torch.manual_seed(0)
    config = PointRendMaskHeadConfig(**SMALL, **settings)
    built = config.build(channels=3, size=4, shapes=SHAPES, num_classes=3).eval()
    for parameter in built.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return built


@torch.no_grad()
def test_predicting_every_point_of_every_step_is_predicting_the_last_grid():
    pooled = torch.randn(2, 3, 4, 4)
    everywhere = {"coarse_side": 3, "subdivision_steps": 2, "subdivision_points": 144}

    at_once, small = head(**everywhere), head(coarse_side=3, subdivision_steps=2, subdivision_points=143)

    assert (at_once.first_side, at_once.refinements) == (12, 0)
    assert (small.first_side, small.refinements) == (6, 1)
    whole, almost = (each(pooled, REGIONS, FEATURES) for each in (at_once, small))
    assert whole.shape == almost.shape == (2, 12, 12)
    assert ((whole - almost).abs() > 1e-5).flatten(1).sum(dim=1).max() <= 1


@torch.no_grad()
def test_a_step_predicts_only_the_least_certain_points_anew():
    pooled = torch.randn(2, 3, 4, 4)
    coarse, fine = (
        head(coarse_side=4, subdivision_steps=0),
        head(coarse_side=4, subdivision_steps=1, subdivision_points=5),
    )

    enlarged = torch.nn.functional.interpolate(
        coarse(pooled, REGIONS, FEATURES).logit()[:, None], scale_factor=2, mode="bilinear"
    )[:, 0]
    differs = (fine(pooled, REGIONS, FEATURES).logit() - enlarged).abs() > 1e-4

    least = enlarged.flatten(1).abs().topk(5, dim=1, largest=False).indices
    assert differs.any()
    assert not differs.flatten(1).scatter(1, least, value=False).any()


@torch.no_grad()
def test_without_steps_the_mask_is_as_coarse_as_the_coarse_one():
    assert head(coarse_side=5, subdivision_steps=0)(torch.randn(2, 3, 4, 4), REGIONS, FEATURES).shape == (2, 5, 5)


@torch.no_grad()
def test_a_mask_is_that_of_the_boxs_own_class_and_picture():
    pooled = torch.randn(2, 3, 4, 4)
    some = head(subdivision_steps=0)

    both = some(pooled, REGIONS, FEATURES)
    alone = some(pooled[1:], Regions(*(column[1:] for column in REGIONS)), FEATURES)
    as_class_1 = some(pooled, REGIONS._replace(classes=torch.tensor([1, 0])), FEATURES)

    assert_close(both[1:], alone)
    assert not torch.allclose(both[0], as_class_1[0])
    assert_close(both[1], as_class_1[1])


@torch.no_grad()
def test_one_mask_at_points_can_serve_all_classes():
    some = head(subdivision_steps=0, class_agnostic=True)

    one, other = (
        some(torch.ones(2, 3, 4, 4), REGIONS._replace(classes=classes), FEATURES)
        for classes in (torch.tensor([2, 0]), torch.tensor([1, 1]))
    )

    assert some.point_head.predictor.weight.shape[0] == 1
    assert_close(one, other)


def test_more_channels_than_wanted_are_reduced_before_the_size_is():
    settings = {"size": 4, "fc_dims": (8,), "num_classes": 3, "side": 2}

    reduced, plain = (CoarseMaskHead(channels=channels, conv_dim=4, **settings) for channels in (6, 3))

    assert reduced(torch.zeros(2, 6, 4, 4)).shape == plain(torch.zeros(2, 3, 4, 4)).shape == (2, 3, 2, 2)
    assert reduced.convs == ["reduce_channel_dim_conv", "reduce_spatial_dim_conv"]
    assert plain.convs == ["reduce_spatial_dim_conv"]


class Middle(TrainingPoints):
    """The middle of every box."""

    def __call__(self, logits):
        return points_of_grid(1, like=logits).expand(len(logits), -1, -1)


def test_points_are_compared_with_the_mask_where_they_lie():
    some = head(subdivision_steps=0)
    some.training_points = Middle()
    torch.nn.init.zeros_(some.point_head.predictor.weight)
    torch.nn.init.constant_(some.point_head.predictor.bias, 50.0)
    left_half = torch.zeros(1, 64, 64, dtype=torch.bool)
    left_half[:, :, :32] = True
    targets = [Instances((64, 64), gt_masks=BitMasks(left_half))]

    losses = [
        some.losses(torch.zeros(1, 3, 4, 4), sample(box), targets, FEATURES)["loss_mask_point"].item()
        for box in ([0.0, 0.0, 20.0, 20.0], [40.0, 0.0, 60.0, 20.0])
    ]

    assert_close(losses, [0.0, 50.0])


def test_masks_at_points_of_several_pictures():
    full, empty = (BitMasks(torch.full((1, 8, 8), value)) for value in (True, False))
    index = torch.tensor([0, 1, 1])
    samples = SampledProposals(torch.zeros(3, 4), index, index, torch.zeros(3, 4), torch.zeros(3, dtype=torch.long))
    targets = [Instances((8, 8), gt_masks=empty), Instances((8, 8), gt_masks=full)]

    found = masks_at_points(samples, targets, torch.full((3, 2, 2), 4.0))

    assert found.tolist() == [[0, 0], [1, 1], [1, 1]]


def sample(box: list[float]) -> SampledProposals:
    zeros = torch.zeros(1, dtype=torch.long)
    return SampledProposals(torch.tensor([box]), zeros, zeros, torch.tensor([box]), zeros)


def test_training_points_gather_where_the_mask_is_uncertain():
    choose = PointSamplingConfig(num_points=40, oversampling=5.0, uncertain_fraction=0.75).build()
    logits = torch.linspace(-9, 9, 8).expand(1, 8, 8)  # uncertain in the middle, from left to right

    (points,) = choose(logits)

    assert points.shape == (40, 2)
    assert (points >= 0).all()
    assert (points <= 1).all()
    from_middle = (points[:, 0] - 0.5).abs()
    assert from_middle[:30].max() < 0.2
    assert from_middle[30:].max() > 0.2


@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_training_points_may_be_all_of_one_kind_and_of_no_box(fraction):
    choose = PointSamplingConfig(num_points=7, uncertain_fraction=fraction).build()

    assert choose(torch.zeros(3, 5, 5)).shape == (3, 7, 2)
    assert choose(torch.zeros(0, 5, 5)).shape == (0, 7, 2)


def test_a_map_that_the_heads_do_not_pool_from_and_features_of_one_cell_are_problems():
    config = PointRendMaskHeadConfig(in_features=("p2", "p6"))

    assert config.check(channels=3, size=1, shapes=SHAPES) == [
        Problem("the heads pool from no feature map 'p6', only p2, p3", ("in_features", 1)),
        Problem("needs features pooled to at least 2×2 to halve them, not 1×1"),
    ]
