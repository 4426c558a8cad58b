"""The README's configuration is read and its code runs."""

import re
from pathlib import Path

import tomli

from det_plugin_maskrcnn import CascadeROIHeadsConfig, PointRendMaskHeadConfig
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


def test_the_config_block_is_a_mask_rcnn_without_a_mistake():
    block, _ = blocks("toml")

    experiment = from_dict({**EXPERIMENT, **tomli.loads(block)}).experiment

    assert experiment.model.roi_heads.mask_head is not None
    assert experiment.model.backbone.bottom_up.depth == 50


def test_the_second_config_block_is_a_cascade_that_refines_points():
    _, block = blocks("toml")

    heads = from_dict({**EXPERIMENT, **tomli.loads(block)}).experiment.model.roi_heads

    assert isinstance(heads, CascadeROIHeadsConfig)
    assert isinstance(heads.mask_head, PointRendMaskHeadConfig)
    assert len(heads.stages) == 3


def test_the_python_blocks_run_one_after_the_other():
    names: dict[str, object] = {}

    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)

    assert "run_lengths" in names
