"""Configs as people write them: a base in the style of the published ones, and what a test adds to it."""

from textwrap import dedent

import pytest

from det_plugin_detectron2 import translate

BASE = """
MODEL:
  META_ARCHITECTURE: "GeneralizedRCNN"
  BACKBONE:
    NAME: "build_resnet_fpn_backbone"
  RESNETS:
    OUT_FEATURES: ["res2", "res3", "res4", "res5"]
  FPN:
    IN_FEATURES: ["res2", "res3", "res4", "res5"]
  ANCHOR_GENERATOR:
    SIZES: [[32], [64], [128], [256], [512]]
  RPN:
    IN_FEATURES: ["p2", "p3", "p4", "p5", "p6"]
  ROI_HEADS:
    NAME: "StandardROIHeads"
    IN_FEATURES: ["p2", "p3", "p4", "p5"]
  ROI_BOX_HEAD:
    NAME: "FastRCNNConvFCHead"
    NUM_FC: 2
    POOLER_RESOLUTION: 7
DATASETS:
  TRAIN: ("coco_2017_train",)
  TEST: ("coco_2017_val",)
SOLVER:
  STEPS: (60000, 80000)
  MAX_ITER: 90000
"""


@pytest.fixture
def written(tmp_path):
    """Write a file, and its path."""

    def write(text, name="config.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def translated(written):
    """What becomes of a text over the base."""

    def over_base(text):
        written(BASE, "base.yaml")
        return translate(written(f"_BASE_: base.yaml\n{dedent(text)}"))

    return over_base


@pytest.fixture
def told(translated):
    """What becomes of the key that a text over the base sets last."""

    def last_key(text):
        keys = [key for key in translated(text).keys if key.file.endswith("config.yaml")]
        return keys[-1]

    return last_key
