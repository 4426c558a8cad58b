from math import sqrt

import pytest
import torch
from torch import nn

from det_plugin_backbones import msra_fill, xavier_fill


def test_msra_fill_has_the_variance_of_its_fan_out():
    conv = nn.Conv2d(64, 128, kernel_size=3)

    msra_fill(conv)

    assert float(conv.weight.detach().std()) == pytest.approx(sqrt(2 / (128 * 9)), rel=0.02)


def test_xavier_fill_is_uniform_within_the_bound_of_its_fan_in():
    conv = nn.Conv2d(64, 128, kernel_size=3)
    bound = sqrt(3 / (64 * 9))

    xavier_fill(conv)

    assert float(conv.weight.detach().abs().max()) == pytest.approx(bound, rel=0.01)
    assert float(conv.weight.detach().std()) == pytest.approx(bound / sqrt(3), rel=0.02)


@pytest.mark.parametrize("fill", [msra_fill, xavier_fill])
def test_biases_start_at_zero(fill):
    conv = nn.Conv2d(4, 8, kernel_size=1)

    fill(conv)

    assert torch.equal(conv.bias, torch.zeros(8))


@pytest.mark.parametrize("fill", [msra_fill, xavier_fill])
def test_a_convolution_without_bias_can_be_filled(fill):
    fill(nn.Conv2d(4, 8, kernel_size=1, bias=False))
