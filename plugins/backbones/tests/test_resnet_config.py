import re

import pytest
import torch

from det_plugin_backbones import Norm, ResNetConfig
from detcore.specs import FeatureShape


def test_the_default_is_the_trunk_of_the_published_models():
    shapes = ResNetConfig().output_shapes()

    assert shapes == {
        "res2": FeatureShape(channels=256, stride=4),
        "res3": FeatureShape(channels=512, stride=8),
        "res4": FeatureShape(channels=1024, stride=16),
        "res5": FeatureShape(channels=2048, stride=32),
    }


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(ResNetConfig(depth=18), id="18"),
        pytest.param(ResNetConfig(depth=34), id="34"),
        pytest.param(ResNetConfig(depth=50), id="50"),
        pytest.param(ResNetConfig(depth=101), id="101"),
        pytest.param(ResNetConfig(depth=152), id="152"),
        pytest.param(ResNetConfig(depth=101, groups=32, width_per_group=8, stride_in_1x1=False), id="X-101-32x8d"),
        pytest.param(ResNetConfig(out_features=("res4",)), id="C4"),
        pytest.param(ResNetConfig(out_features=("res5",), res5_dilation=2), id="DC5"),
        pytest.param(ResNetConfig(out_features=("stem",), freeze_at=1), id="the stem alone"),
        pytest.param(ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=16), id="tiny, basic"),
        pytest.param(ResNetConfig(stem_out_channels=8, res2_out_channels=16, width_per_group=4), id="tiny, bottleneck"),
        pytest.param(ResNetConfig(depth=18, norm=Norm.NONE, freeze_at=0), id="no norm"),
        pytest.param(ResNetConfig(depth=18, norm=Norm.GROUP, freeze_at=0, stem_out_channels=12), id="group norm"),
    ],
)
def test_the_declared_shapes_are_the_real_ones(config):
    with torch.device("meta"):
        maps = config.build().eval()(torch.zeros(2, 3, 128, 192))

    assert {name: tuple(x.shape) for name, x in maps.items()} == {
        name: (2, shape.channels, 128 // shape.stride, 192 // shape.stride)
        for name, shape in config.output_shapes().items()
    }


def test_stages_after_the_last_wanted_map_are_not_built():
    config = ResNetConfig(out_features=("res3", "res4"))

    assert [plan.name for plan in config.stages()] == ["res2", "res3", "res4"]


def test_a_dilated_res5_keeps_the_stride_of_res4():
    res5 = ResNetConfig(res5_dilation=2).stages()[-1]

    assert (res5.stride, res5.output_stride, res5.dilation) == (1, 16, 2)


@pytest.mark.parametrize(
    ("freeze_at", "frozen"),
    [
        pytest.param(0, [], id="nothing"),
        pytest.param(1, [], id="the stem"),
        pytest.param(2, ["res2"], id="the stem and res2"),
        pytest.param(5, ["res2", "res3", "res4", "res5"], id="everything"),
    ],
)
def test_freeze_at_counts_the_stem_as_one(freeze_at, frozen):
    plans = ResNetConfig(freeze_at=freeze_at).stages()

    assert [plan.name for plan in plans if plan.frozen] == frozen


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {"out_features": ("res5", "res4")},
            "'out_features' must be some of stem, res2, res3, res4, res5, each once and in this order,"
            " not ['res5', 'res4']",
            id="order",
        ),
        pytest.param(
            {"out_features": ("res2", "res6")},
            "'out_features' must be some of stem, res2, res3, res4, res5, each once and in this order,"
            " not ['res2', 'res6']",
            id="unknown",
        ),
        pytest.param(
            {"out_features": ()},
            "'out_features' must be some of stem, res2, res3, res4, res5, each once and in this order, not []",
            id="none",
        ),
        pytest.param(
            {"depth": 18, "groups": 32},
            "'groups', 'width_per_group' and 'res5_dilation' need bottlenecks, which depth 18 does not have",
            id="groups without bottlenecks",
        ),
        pytest.param(
            {"depth": 34, "res5_dilation": 2},
            "'groups', 'width_per_group' and 'res5_dilation' need bottlenecks, which depth 34 does not have",
            id="dilation without bottlenecks",
        ),
        pytest.param(
            {"depth": 18, "width_per_group": 32},
            "'groups', 'width_per_group' and 'res5_dilation' need bottlenecks, which depth 18 does not have",
            id="width without bottlenecks",
        ),
        pytest.param(
            {"freeze_at": 5, "out_features": ("res3", "res4")},
            "'freeze_at' (5) goes beyond res4, the last of 'out_features', after which nothing is built;"
            " at most 4 makes sense",
            id="frozen beyond the trunk",
        ),
        pytest.param(
            {"res5_dilation": 2, "out_features": ("res4",)},
            "'res5_dilation' needs res5, which is not built: the last of 'out_features' is res4",
            id="dilation of what is not built",
        ),
        pytest.param(
            {"depth": 18, "deformable_stages": ("res5",)},
            "'deformable_stages' needs bottlenecks, which depth 18 does not have",
            id="deformable without bottlenecks",
        ),
        pytest.param(
            {"deformable_stages": ("res4", "res5"), "out_features": ("res4",)},
            "'deformable_stages' needs res5, not built: the last of 'out_features' is res4",
            id="deformable and not built",
        ),
        pytest.param(
            {"deformable_modulated": True},
            "'deformable_groups' and 'deformable_modulated' have no effect while 'deformable_stages' is empty",
            id="modulation of nothing",
        ),
        pytest.param({"freeze_at": 6}, "'freeze_at' must be <= 5: 6", id="frozen beyond res5"),
    ],
)
def test_a_wrong_setting_is_refused_where_it_is_written(settings, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ResNetConfig(**settings)


def test_a_depth_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=re.escape("'depth' must be in (18, 34, 50, 101, 152) (got 51)")):
        ResNetConfig(depth=51)


def test_a_norm_may_be_given_by_its_name():
    assert ResNetConfig(norm="group").norm is Norm.GROUP


def test_a_norm_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"^'gruop' is not a valid Norm$"):
        ResNetConfig(norm="gruop")


@pytest.mark.parametrize(
    ("config", "doubtful"),
    [
        pytest.param(ResNetConfig(), ["norm"], id="as published"),
        pytest.param(ResNetConfig(norm="group"), ["freeze_at"], id="frozen stem"),
        pytest.param(ResNetConfig(norm="group", freeze_at=0), [], id="all of it learns"),
    ],
)
def test_frozen_parts_are_doubtful_with_fresh_weights(config, doubtful):
    assert [problem.path[0] for problem in config.check_fresh()] == doubtful
