import re

import pytest
import torch
from attrs import frozen

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
    SimpleFeaturePyramidConfig,
    ViTConfig,
)
from detcore.errors import ConfigError
from detcore.specs import BackboneConfig, FeatureShape, Problem

TINY = ViTConfig(embed_dim=16, depth=1, num_heads=2, window_size=2, global_blocks=(), image_side=64)


@frozen(kw_only=True)
class UnknownTrunkConfig(BackboneConfig):
    """A trunk whose map is known only once it is built."""

    def output_shapes(self):
        return None

    def build(self):
        return TINY.build()


def pyramid(**settings) -> SimpleFeaturePyramidConfig:
    return SimpleFeaturePyramidConfig(**{"net": TINY, "out_channels": 8, **settings})


def test_the_default_is_that_of_vitdet():
    config = SimpleFeaturePyramidConfig()

    assert config.check() == []
    assert (config.square_side, config.size_divisibility) == (1024, 0)
    assert config.output_shapes() == {
        f"p{level}": FeatureShape(channels=256, stride=2**level) for level in (2, 3, 4, 5, 6)
    }


def test_every_level_comes_from_the_one_map():
    model = pyramid().build().eval()
    maps = {level: model.get_submodule(f"simfp_{level}") for level in (2, 3, 4, 5)}
    images = torch.randn(1, 3, 64, 96)

    found = model(images)

    x = model.net(images)["last_feat"]
    assert list(found) == ["p2", "p3", "p4", "p5", "p6"]
    assert all(torch.equal(found[f"p{level}"], layers(x)) for level, layers in maps.items())
    assert torch.equal(found["p6"], found["p5"][:, :, ::2, ::2])


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(pyramid(norm="none"), id="no norm"),
        pytest.param(pyramid(scale_factors=(1.0,), top_block=NoTopBlockConfig()), id="one level"),
        pytest.param(pyramid(top_block=P6P7TopBlockConfig()), id="two levels on top"),
        pytest.param(pyramid(scale_factors=(1.0,), top_block=P6P7TopBlockConfig(in_feature="last_feat")), id="trunk's"),
        pytest.param(pyramid(net=UnknownTrunkConfig(), square_side=0), id="a trunk that is measured"),
    ],
)
def test_everything_learns(config):
    model = config.build().train()

    maps = model(torch.randn(2, 3, 64, 64))
    sum((x * torch.randn_like(x)).sum() for x in maps.values()).backward()

    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.isfinite().all()] == []


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        pytest.param(
            pyramid(in_feature="last"),
            Problem("the trunk has no map 'last'; it returns last_feat", ("in_feature",)),
            id="no such map",
        ),
        pytest.param(
            pyramid(net=ViTConfig(patch_size=14)),
            Problem("'last_feat' needs a stride that is a power of two of at least 4, not 14", ("in_feature",)),
            id="an odd stride",
        ),
        pytest.param(
            pyramid(net=ViTConfig(embed_dim=18, num_heads=2)),
            Problem("'last_feat' has 18 channels, which scaling by 4 cannot divide by 4", ("scale_factors", 0)),
            id="channels",
        ),
        pytest.param(
            pyramid(top_block=MaxPoolTopBlockConfig(in_feature="p3")),
            Problem(
                "'p3' has stride 8, but what comes on top starts from the coarsest, 32", ("top_block", "in_feature")
            ),
            id="a top block in the middle",
        ),
        pytest.param(
            pyramid(net=UnknownTrunkConfig()),
            Problem("the trunk's map is not known before it is built", ("net",), "unchecked"),
            id="a trunk that does not know",
        ),
    ],
)
def test_what_does_not_fit_is_said(config, problem):
    assert config.check() == [problem]


@pytest.mark.parametrize("size", [(100, 75), (65, 127)])
def test_pictures_that_end_within_a_step_are_taken_as_they_are(size):
    config = pyramid(square_side=0)
    model = config.build().eval()

    maps = model(torch.randn(1, 3, *size))

    whole = [side // 16 * 16 for side in size]
    assert config.size_divisibility == 0
    assert {name: tuple(x.shape[2:]) for name, x in maps.items() if name != "p6"} == {
        f"p{level}": tuple(side // 2**level for side in whole) for level in (2, 3, 4, 5)
    }


def test_a_square_may_have_any_side():
    config = pyramid(square_side=1000)

    assert config.check() == []
    assert (config.square_side, config.size_divisibility) == (1000, 0)


def test_shapes_of_a_misfit_are_not_known_and_it_is_not_built():
    config = pyramid(in_feature="last")

    assert (config.output_shapes(), config.size_divisibility) == (None, 0)
    message = "in_feature: the trunk has no map 'last'; it returns last_feat"
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        config.build()


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        pytest.param((), "'scale_factors' must list at least one", id="none"),
        pytest.param(
            (1.0, 2.0), "'scale_factors' must go from fine to coarse, largest first, not [1.0, 2.0]", id="order"
        ),
        pytest.param((1.0, 1.0), "'scale_factors' must not name 1.0 twice: items 0 and 1", id="twice"),
    ],
)
def test_wrong_scales_are_refused(scales, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        pyramid(scale_factors=scales)


def test_a_scale_that_cannot_be_made_is_refused():
    with pytest.raises(ValueError, match=re.escape("'scale_factors' must be in (4.0, 2.0, 1.0, 0.5) (got 3.0)")):
        pyramid(scale_factors=(3.0,))


def test_any_trunk_with_a_map_will_do():
    trunk = ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8)

    shapes = pyramid(net=trunk, in_feature="res4", top_block=NoTopBlockConfig()).output_shapes()

    assert {name: shape.stride for name, shape in shapes.items()} == {"p2": 4, "p3": 8, "p4": 16, "p5": 32}


def test_a_pyramid_over_another_wants_the_square_that_the_other_wants():
    assert FPNConfig(bottom_up=pyramid(square_side=512), in_features=("p2", "p3")).square_side == 512
    assert FPNConfig().square_side == 0
