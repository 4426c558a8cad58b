"""The models, heads and metrics of this plugin keep what their interfaces promise."""

from tiny_models import ARCHITECTURES, PLAIN, Levels, semantic_head

from det_plugin_panoptic import PanopticQualityConfig, SemanticIoUConfig
from det_plugin_panoptic.testing import SemanticHeadConformance
from detcore.testing import SHAPES, ArchitectureConformance, EvaluatorConformance


class TestSemanticFPN(ArchitectureConformance):
    configs = (ARCHITECTURES["semantic-fpn"]["stuff"](PLAIN),)


class TestPanopticFPN(ArchitectureConformance):
    configs = (ARCHITECTURES["panoptic-fpn"]["masks"](PLAIN),)


class TestFPNSemanticHead(SemanticHeadConformance):
    configs = (semantic_head(Levels(SHAPES)),)


class TestEvaluators(EvaluatorConformance):
    configs = (PanopticQualityConfig(), SemanticIoUConfig())
