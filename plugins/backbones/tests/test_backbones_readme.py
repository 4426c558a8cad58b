"""What the README shows works."""

import re
from pathlib import Path

import pytest
import tomli

from det_plugin_backbones import FPNConfig, MaxPoolTopBlockConfig, ResNetConfig, SimpleFeaturePyramidConfig, ViTConfig

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_python_blocks_run(block):
    exec(compile(block, "README.md", "exec"), {})


def test_the_first_config_block_is_the_default_pyramid():
    block, _ = blocks("toml")
    table = tomli.loads(block)["model"]["backbone"]
    trunk = table.pop("bottom_up")
    assert (table.pop("type"), trunk.pop("type"), table.pop("top_block")) == ("fpn", "resnet", {"type": "max-pool"})

    config = FPNConfig(bottom_up=ResNetConfig(**trunk), **table)

    assert config == FPNConfig(top_block=MaxPoolTopBlockConfig())


def test_the_second_config_block_is_the_default_transformer():
    _, block = blocks("toml")
    table = tomli.loads(block)["model"]["backbone"]
    trunk = table.pop("net")
    assert (table.pop("type"), trunk.pop("type")) == ("simple-feature-pyramid", "vit")

    trunk["global_blocks"] = tuple(trunk["global_blocks"])
    config = SimpleFeaturePyramidConfig(net=ViTConfig(**trunk), **table)

    assert config == SimpleFeaturePyramidConfig()


def test_every_setting_is_in_the_tables():
    named = set(re.findall(r"`(\w+)`", README))

    configs = (FPNConfig, ResNetConfig, SimpleFeaturePyramidConfig, ViTConfig)
    settings = {field.name for config in configs for field in config.__attrs_attrs__}
    assert settings - named == set()
