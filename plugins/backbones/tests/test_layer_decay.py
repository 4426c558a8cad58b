"""How fast each part of a model learns over a transformer trunk."""

import pytest
from torch import nn

from det_plugin_backbones import LayerDecayAdamWConfig, ResNetConfig, SimpleFeaturePyramidConfig, ViTConfig
from detcore.errors import ConfigError
from detcore.training import owned_parameters


@pytest.fixture(scope="module")
def model():
    trunk = ViTConfig(embed_dim=32, depth=3, num_heads=2, global_blocks=(2,), residual_blocks=(1,), image_side=64)
    return nn.ModuleDict(
        {"backbone": SimpleFeaturePyramidConfig(net=trunk, out_channels=8).build(), "roi_heads": nn.Linear(2, 2)}
    )


def settings_by_name(model, config):
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = config.build(parameters=owned_parameters(model)).param_groups
    return {names[id(p)]: (group["lr"], group["weight_decay"]) for group in groups for p in group["params"]}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        pytest.param("roi_heads.weight", 0, id="heads"),
        pytest.param("backbone.simfp_4.0.weight", 0, id="pyramid"),
        pytest.param("backbone.net.blocks.2.attn.qkv.weight", 1, id="last block"),
        pytest.param("backbone.net.blocks.2.attn.rel_pos_h", 1, id="distances of the last block"),
        pytest.param("backbone.net.blocks.1.residual.conv1.weight", 0, id="convolutions at the end of a block"),
        pytest.param("backbone.net.blocks.1.mlp.fc1.weight", 2, id="second block"),
        pytest.param("backbone.net.blocks.0.mlp.fc1.bias", 3, id="first block"),
        pytest.param("backbone.net.patch_embed.proj.weight", 4, id="patches"),
    ],
)
def test_the_rate_falls_towards_the_picture(model, name, steps):
    settings = settings_by_name(model, LayerDecayAdamWConfig(lr=0.01, block_decay=0.5, weight_decay=0.2))

    assert settings[name] == (pytest.approx(0.01 * 0.5**steps), 0.2)


def test_positions_and_norms_are_not_decayed_unless_asked_for(model):
    positions, norm = "backbone.net.pos_embed", "backbone.net.blocks.0.norm1.weight"

    as_it_is = settings_by_name(model, LayerDecayAdamWConfig(lr=0.01, block_decay=0.5))
    asked_for = settings_by_name(
        model, LayerDecayAdamWConfig(lr=0.01, block_decay=0.5, weight_decay_positions=0.3, weight_decay_norm=0.4)
    )

    assert as_it_is[positions] == (pytest.approx(0.01 * 0.5**4), 0.0)
    assert as_it_is[norm] == (pytest.approx(0.01 * 0.5**3), 0.0)
    assert (asked_for[positions][1], asked_for[norm][1]) == (0.3, 0.4)


def test_every_parameter_learns_and_the_fastest_are_first(model):
    optimizer = LayerDecayAdamWConfig(block_decay=0.5).build(parameters=owned_parameters(model))

    rates = [group["lr"] for group in optimizer.param_groups]

    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(list(model.parameters()))
    assert rates == sorted(rates, reverse=True)


def test_another_trunk_is_refused():
    model = nn.ModuleDict({"backbone": ResNetConfig(depth=18).build()})

    with pytest.raises(ConfigError, match=r"block_decay: needs a transformer as the trunk: no parameter is named"):
        LayerDecayAdamWConfig().build(parameters=owned_parameters(model))
