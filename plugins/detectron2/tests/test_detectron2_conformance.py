"""The translator keeps what its interface promises."""

import pytest

from det_plugin_detectron2 import translate
from detcore.testing import ConfigTranslatorConformance

EXAMPLE = """
VERSION: 2
MODEL:
  META_ARCHITECTURE: "GeneralizedRCNN"
  BACKBONE:
    NAME: "build_resnet_fpn_backbone"
  RESNETS:
    OUT_FEATURES: ["res2", "res3", "res4", "res5"]
  FPN:
    IN_FEATURES: ["res2", "res3", "res4", "res5"]
  ROI_HEADS:
    NUM_CLASSES: 3
SOLVER:
  MAX_ITER: 90000
"""


class TestTranslate(ConfigTranslatorConformance):
    translator = staticmethod(translate)

    @pytest.fixture(autouse=True)
    def _example(self, tmp_path):
        self.example = tmp_path / "faster_rcnn.yaml"
        self.example.write_text(EXAMPLE, encoding="utf-8")
