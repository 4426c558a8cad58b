"""The README's configuration is read and its code runs."""

import re
from pathlib import Path

import tomli

from detcore.config import from_dict

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

SHAPES = {"datasets": [{"type": "shapes", "num_images": 2}]}
EXPERIMENT = {
    "data": {"train": SHAPES, "test": SHAPES},
    "optimizer": {"type": "sgd", "lr": 0.02},
    "schedule": {"type": "multi-step"},
    "training": {"steps": 1},
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_config_block_is_a_panoptic_fpn_without_a_mistake():
    (block,) = blocks("toml")

    experiment = from_dict({**EXPERIMENT, **tomli.loads(block)}).experiment

    assert experiment.model.sem_seg_head.num_classes == 6
    assert experiment.model.roi_heads.num_classes == 5
    assert len(experiment.evaluation.evaluators) == 2


def test_the_python_block_runs():
    (block,) = blocks("python")

    exec(compile(block, "README.md", "exec"), {})
