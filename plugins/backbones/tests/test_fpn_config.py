import re

import pytest
import torch
from attrs import frozen

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
)
from detcore.errors import ConfigError
from detcore.specs import BackboneConfig, FeatureShape, Problem

TINY = ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8)


@frozen(kw_only=True)
class UnknownTrunkConfig(BackboneConfig):
    """A trunk whose maps are known only once it is built."""

    trunk: ResNetConfig = TINY

    @property
    def size_divisibility(self):
        return 24

    def output_shapes(self):
        return None

    def build(self):
        return self.trunk.build()


@frozen(kw_only=True)
class PickyTrunkConfig(UnknownTrunkConfig):
    """A trunk that wants pictures padded to something of its own."""

    def output_shapes(self):
        return self.trunk.output_shapes()


def test_the_default_pyramid_is_that_of_the_paper():
    config = FPNConfig()

    assert config.check() == []
    assert config.size_divisibility == 32
    assert config.output_shapes() == {
        f"p{level}": FeatureShape(channels=256, stride=2**level) for level in (2, 3, 4, 5, 6)
    }


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(FPNConfig(bottom_up=TINY, out_channels=4, top_block=NoTopBlockConfig()), id="no top block"),
        pytest.param(FPNConfig(bottom_up=TINY, out_channels=4), id="max-pool"),
        pytest.param(
            FPNConfig(bottom_up=TINY, in_features=("res3", "res4", "res5"), top_block=P6P7TopBlockConfig()),
            id="p6p7 from the pyramid",
        ),
        pytest.param(
            FPNConfig(
                bottom_up=TINY, in_features=("res3", "res4", "res5"), top_block=P6P7TopBlockConfig(in_feature="res5")
            ),
            id="p6p7 from the trunk",
        ),
        pytest.param(FPNConfig(bottom_up=TINY, in_features=("res4",)), id="one level"),
        pytest.param(FPNConfig(bottom_up=TINY, out_channels=32, norm=Norm.GROUP, fuse="average"), id="group, average"),
    ],
)
def test_the_declared_shapes_are_the_real_ones(config):
    with torch.device("meta"):
        maps = config.build()(torch.zeros(2, 3, 256, 384))

    assert config.check() == []
    assert {name: tuple(x.shape) for name, x in maps.items()} == {
        name: (2, shape.channels, 256 // shape.stride, 384 // shape.stride)
        for name, shape in config.output_shapes().items()
    }


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        pytest.param(
            FPNConfig(bottom_up=TINY, in_features=("res2", "res3", "res6")),
            Problem("the trunk has no map 'res6'; it returns res2, res3, res4, res5", ("in_features", 2)),
            id="a map that the trunk does not return",
        ),
        pytest.param(
            FPNConfig(bottom_up=TINY, in_features=("res2", "res4")),
            Problem(
                "each map needs twice the stride of the one before, all powers of two; found strides [4, 16]",
                ("in_features",),
            ),
            id="a level left out",
        ),
        pytest.param(
            FPNConfig(bottom_up=TINY, in_features=("res3", "res2")),
            Problem(
                "each map needs twice the stride of the one before, all powers of two; found strides [8, 4]",
                ("in_features",),
            ),
            id="coarsest first",
        ),
        pytest.param(
            FPNConfig(bottom_up=TINY, in_features=("res4", "res5"), top_block=P6P7TopBlockConfig(in_feature="p3")),
            Problem(
                "there is no map 'p3' to start from; there are res2, res3, res4, res5, p4, p5",
                ("top_block", "in_feature"),
            ),
            id="a top block on nothing",
        ),
        pytest.param(
            FPNConfig(bottom_up=TINY, top_block=MaxPoolTopBlockConfig(in_feature="p3")),
            Problem(
                "'p3' has stride 8, but what comes on top starts from the coarsest, 32", ("top_block", "in_feature")
            ),
            id="a top block in the middle",
        ),
        pytest.param(
            FPNConfig(bottom_up=TINY, top_block=MaxPoolTopBlockConfig(in_feature="res5")),
            Problem(
                "passes on the 64 channels of its map, but the pyramid has 256; leave it out",
                ("top_block", "in_feature"),
            ),
            id="a top block that keeps the trunk's channels",
        ),
        pytest.param(
            FPNConfig(bottom_up=UnknownTrunkConfig()),
            Problem("the trunk's maps are not known before it is built", ("bottom_up",), "unchecked"),
            id="a trunk that does not know",
        ),
        pytest.param(
            FPNConfig(bottom_up=FPNConfig(bottom_up=TINY, in_features=("res7",)), in_features=("p2",)),
            Problem("the trunk has no map 'res7'; it returns res2, res3, res4, res5", ("bottom_up", "in_features", 0)),
            id="inside the trunk",
        ),
    ],
)
def test_a_misfit_is_found_with_its_path(config, problem):
    assert problem in config.check()


def test_shapes_of_a_misfit_are_not_known():
    config = FPNConfig(bottom_up=TINY, in_features=("res7",))

    assert (config.output_shapes(), config.size_divisibility) == (None, 0)


@pytest.mark.parametrize(
    "trunk", [pytest.param(TINY, id="known"), pytest.param(UnknownTrunkConfig(), id="measured when built")]
)
def test_building_a_misfit_says_what_does_not_fit(trunk):
    message = "in_features.0: the trunk has no map 'res7'; it returns res2, res3, res4, res5"

    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        FPNConfig(bottom_up=trunk, in_features=("res7",)).build()


def test_a_pyramid_over_a_trunk_that_does_not_know_is_built_by_looking():
    config = FPNConfig(bottom_up=UnknownTrunkConfig(), out_channels=4)

    with torch.device("meta"):
        maps = config.build()(torch.zeros(1, 3, 64, 96))

    assert config.output_shapes() is None
    assert {name: tuple(x.shape[1:]) for name, x in maps.items()} == {
        "p2": (4, 16, 24),
        "p3": (4, 8, 12),
        "p4": (4, 4, 6),
        "p5": (4, 2, 3),
        "p6": (4, 1, 2),
    }


@pytest.mark.parametrize(
    ("trunk", "multiple"),
    [
        pytest.param(TINY, 32, id="the coarsest stride"),
        pytest.param(PickyTrunkConfig(), 96, id="what suits the trunk as well"),
        pytest.param(UnknownTrunkConfig(), 24, id="the trunk's own where strides are not known"),
    ],
)
def test_pictures_are_padded_to_what_suits_trunk_and_pyramid(trunk, multiple):
    assert FPNConfig(bottom_up=trunk).size_divisibility == multiple


def test_a_map_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"^'in_features' must not name 'res2' twice: items 0 and 1$"):
        FPNConfig(bottom_up=TINY, in_features=("res2", "res2"))


def test_a_place_for_no_top_block_is_refused():
    with pytest.raises(ValueError, match=r"^'in_feature' \('p5'\) has no effect where there is no top block$"):
        NoTopBlockConfig(in_feature="p5")
