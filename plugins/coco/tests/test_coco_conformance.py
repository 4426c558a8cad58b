"""The datasets and metrics of this plugin keep what their interfaces promise."""

from det_plugin_coco import CocoEvaluatorConfig, VocEvaluatorConfig
from detcore.testing import EvaluatorConformance


class TestCocoEvaluator(EvaluatorConformance):
    configs = (CocoEvaluatorConfig(), CocoEvaluatorConfig(tasks=("bbox", "segm", "keypoints")))


class TestVocEvaluator(EvaluatorConformance):
    configs = (VocEvaluatorConfig(),)
