"""The backbones keep what their interface promises."""

from collections import OrderedDict

import pytest
import torch
from attrs import evolve
from tiny_models import BACKBONES
from torch import nn

from det_plugin_backbones import LayerDecayAdamWConfig, MaxPoolTopBlockConfig, NoTopBlockConfig, P6P7TopBlockConfig
from det_plugin_backbones.testing import TopBlockConformance
from detcore.testing import BackboneConformance, OptimizerConformance

pytest.mark.traced(BackboneConformance.test_it_can_be_exported)


class TestResNet(BackboneConformance):
    configs = tuple(BACKBONES["resnet"][special] for special in ("basic", "c4, frozen", "modulated"))


class TestFPN(BackboneConformance):
    configs = tuple(BACKBONES["fpn"][special] for special in ("sum, max-pool", "average, p6p7 of the pyramid"))


class TestViT(BackboneConformance):
    configs = tuple(BACKBONES["vit"][special] for special in ("windows", "convolutions"))


class TestSimpleFeaturePyramid(BackboneConformance):
    configs = (evolve(BACKBONES["simple-feature-pyramid"]["max-pool"], square_side=128),)


class TestTopBlocks(TopBlockConformance):
    configs = (MaxPoolTopBlockConfig, P6P7TopBlockConfig, NoTopBlockConfig)


class TestLayerDecayAdamW(OptimizerConformance):
    configs = (LayerDecayAdamWConfig(lr=0.001),)

    def model(self):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            blocks = nn.Sequential(nn.Conv2d(3, 4, kernel_size=3), nn.Conv2d(4, 2, kernel_size=1))
        return nn.Sequential(OrderedDict(backbone=nn.Sequential(OrderedDict(blocks=blocks))))
