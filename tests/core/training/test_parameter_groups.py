import pytest
import torch
from torch import nn

from detcore.training import SGDConfig, owned_parameters, parameter_groups


def groups(model, **settings):
    defaults = {
        "lr": 0.1,
        "weight_decay": 0.01,
        "weight_decay_norm": 0.0,
        "weight_decay_bias": None,
        "lr_factor_bias": 1.0,
    }
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    found = parameter_groups(owned_parameters(model), **(defaults | settings))
    return [([names[id(p)] for p in group["params"]], group["lr"], group["weight_decay"]) for group in found]


def test_norms_are_not_decayed():
    model = nn.Sequential(nn.Conv2d(3, 2, 1), nn.GroupNorm(1, 2))

    assert groups(model) == [(["0.weight", "0.bias"], 0.1, 0.01), (["1.weight", "1.bias"], 0.1, 0.0)]


def test_a_norm_of_a_plugin_is_known_by_its_name():
    class ChannelLayerNorm(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(3))

    assert groups(ChannelLayerNorm()) == [(["weight"], 0.1, 0.0)]


def test_a_convolution_that_is_called_a_norm_is_decayed():
    class ConvNorm(nn.Conv2d):
        pass

    assert groups(ConvNorm(3, 2, 1, bias=False)) == [(["weight"], 0.1, 0.01)]


def test_biases_have_a_rate_and_a_decay_of_their_own():
    model = nn.Linear(2, 2)

    assert groups(model, weight_decay_bias=0.0, lr_factor_bias=2.0) == [
        (["weight"], 0.1, 0.01),
        (["bias"], 0.2, 0.0),
    ]


def test_a_shared_parameter_is_optimized_once():
    layer = nn.Linear(2, 2)

    assert [name for name, _, _ in owned_parameters(nn.Sequential(layer, layer))] == ["0.weight", "0.bias"]


def test_a_frozen_parameter_is_not_optimized():
    layer = nn.Linear(2, 2)
    layer.weight.requires_grad = False

    assert [name for name, _, _ in owned_parameters(layer)] == ["bias"]


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match=r"^'nesterov' needs a 'momentum' above 0, found 0$"):
        SGDConfig(nesterov=True, momentum=0)


def test_the_optimizer_has_the_settings_of_its_config():
    model = nn.Linear(2, 2)

    optimizer = SGDConfig(lr=0.5, momentum=0.8, nesterov=True).build(parameters=owned_parameters(model))

    group = optimizer.param_groups[0]
    assert (group["lr"], group["momentum"], group["nesterov"], group["weight_decay"]) == (0.5, 0.8, True, 1e-4)
