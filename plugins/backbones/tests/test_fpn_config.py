import re

import pytest
import torch
from attrs import frozen

from det_plugin_backbones import FPNConfig, Norm, NoTopBlockConfig, P6P7TopBlockConfig, ResNetConfig
from detcore.specs import BackboneConfig, FeatureShape, Problem

TINY = ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8)


@frozen(kw_only=True)
class UnknownTrunkConfig(BackboneConfig):
    """A trunk whose maps are known only once it is built."""

    def output_shapes(self):
        return None

    def build(self):
        raise NotImplementedError


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


def test_building_a_misfit_says_what_does_not_fit():
    message = "the trunk has no map 'res7'; it returns res2, res3, res4, res5"

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        FPNConfig(bottom_up=TINY, in_features=("res7",)).build()
