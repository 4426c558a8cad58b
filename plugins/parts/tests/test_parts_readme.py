"""The README's configuration is read and its code runs."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import tomli

from detcore.config import from_dict

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

EXPERIMENT = {
    "data": {"train": {"datasets": [{"type": "shapes", "num_images": 2}]}},
    "optimizer": {"type": "sgd", "lr": 0.02},
    "schedule": {"type": "multi-step"},
    "training": {"steps": 1},
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


MODEL = {"type": "generalized-rcnn", "backbone": {"type": "fpn", "bottom_up": {"type": "resnet"}}}


@pytest.mark.skipif(find_spec("det_plugin_maskrcnn") is None, reason="the example is of a model of det-plugin-maskrcnn")
def test_the_config_block_is_read_without_a_mistake():
    (block,) = blocks("toml")

    experiment = from_dict({**EXPERIMENT, "model": {**MODEL, **tomli.loads(block)["model"]}}).experiment

    assert experiment.model.roi_heads.box_pooler.sampling_ratio == 2


def test_the_python_block_runs():
    (block,) = blocks("python")

    exec(compile(block, "README.md", "exec"), {})
