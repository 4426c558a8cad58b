"""The models of this plugin and their assigners keep what their interfaces promise."""

from tiny_models import ARCHITECTURES, PLAIN

from det_plugin_dense import CentreAssignerConfig, OverlapAssignerConfig
from det_plugin_dense.testing import DenseAssignerConformance
from detcore.testing import ArchitectureConformance


class TestRetinaNet(ArchitectureConformance):
    configs = (ARCHITECTURES["retinanet"]["overlaps"](PLAIN),)


class TestFCOS(ArchitectureConformance):
    configs = (ARCHITECTURES["fcos"]["centres"](PLAIN),)


class TestDenseAssigners(DenseAssignerConformance):
    configs = (CentreAssignerConfig(), OverlapAssignerConfig())
