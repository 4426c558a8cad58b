"""What the README shows works."""

import re
from pathlib import Path

import tomli

from det_plugin_backbones import FPNConfig, MaxPoolTopBlockConfig, ResNetConfig

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_block_runs():
    (block,) = blocks("python")

    exec(compile(block, "README.md", "exec"), {})


def test_the_config_block_is_the_default():
    (block,) = blocks("toml")
    table = tomli.loads(block)["model"]["backbone"]
    trunk = table.pop("bottom_up")
    assert (table.pop("type"), trunk.pop("type"), table.pop("top_block")) == ("fpn", "resnet", {"type": "max-pool"})

    config = FPNConfig(bottom_up=ResNetConfig(**trunk), **table)

    assert config == FPNConfig(top_block=MaxPoolTopBlockConfig())


def test_every_setting_is_in_the_tables():
    named = set(re.findall(r"`(\w+)`", README))

    settings = {field.name for config in (FPNConfig, ResNetConfig) for field in config.__attrs_attrs__}
    assert settings - named == set()
