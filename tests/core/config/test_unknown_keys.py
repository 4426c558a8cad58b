"""A key that nothing reads is told together with where it belongs."""

import pytest
from attrs import frozen

from detcore.errors import ConfigError
from detcore.specs import AugmentationConfig

MISPLACED = [
    pytest.param(
        'type = "net"',
        'type = "net"\ndepth = 50',
        "model.depth",
        "'depth' is a setting of model.backbone",
        id="of a table below",
    ),
    pytest.param(
        "depth = 50",
        "num_classes = 2",
        "model.backbone.num_classes",
        "'num_classes' is a setting of model",
        id="of the table above",
    ),
    pytest.param(
        "epochs = 2",
        "epochs = 2\nworkers = 2",
        "training.workers",
        "'workers' is a setting of data.loader",
        id="of a table that is not written",
    ),
    pytest.param(
        "epochs = 2", "epochs = 2\nlr = 0.1", "training.lr", "'lr' is a setting of optimizer", id="of a component"
    ),
    pytest.param(
        "lr = 0.1",
        "lr = 0.1\nbatch_size = 2",
        "optimizer.batch_size",
        "'batch_size' is a setting of evaluation and training",
        id="of several",
    ),
    pytest.param(
        "epochs = 2",
        "epochs = 2\n[training.run]\nseed = 1",
        "training.run",
        "'run' belongs at the top of the file",
        id="of the top",
    ),
    pytest.param('type = "flat"', 'type = "flat"\nwarmup = 7', "schedule.warmup", "there is none", id="of nothing"),
]


@pytest.mark.parametrize(("right", "wrong", "path", "advice"), MISPLACED)
def test_a_key_in_the_wrong_table_is_told_where_it_belongs(read, good, right, wrong, path, advice):
    with pytest.raises(ConfigError) as caught:
        read(good.replace(right, wrong, 1))

    assert f"{path}: no such setting; {advice}" in str(caught.value)


@frozen(kw_only=True)
class NoiseConfig(AugmentationConfig):
    strength: float = 1.0

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class FogConfig(NoiseConfig):
    density: float = 1.0


def test_a_setting_of_another_component_of_the_same_plugin_is_told(read, good, registry):
    registry.add("noise", NoiseConfig, distribution="tiny-weather")
    registry.add("fog", FogConfig, distribution="tiny-weather")

    with pytest.raises(
        ConfigError,
        match=r"^a.toml:5: data.train.augmentations.1.density: no such setting; 'density' is a setting of 'fog'$",
    ):
        read(good.replace('{ type = "flip" }', '{ type = "noise", density = 2 }'))


def test_other_plugins_are_not_asked_about_a_slip(read, good, registry):
    registry.add("noise", NoiseConfig, distribution="tiny-weather")
    registry.add("fog", FogConfig, distribution="elsewhere")

    with pytest.raises(ConfigError, match=r"density: no such setting; there is strength$"):
        read(good.replace('{ type = "flip" }', '{ type = "noise", density = 2 }'))


def test_a_misspelt_extends_is_the_only_mistake(read):
    with pytest.raises(ConfigError, match=r"^a.toml:1: extend: no such setting; did you mean 'extends'\?$"):
        read('extend = "base.toml"\n')
