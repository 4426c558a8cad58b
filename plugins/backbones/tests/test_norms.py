import pytest
import torch
from torch import nn

from det_plugin_backbones import ChannelLayerNorm, FrozenBatchNorm2d, Norm, frozen_norm_layer, norm_layer


@pytest.mark.parametrize(
    ("norm", "layer"),
    [
        pytest.param(Norm.BATCH, nn.BatchNorm2d, id="batch"),
        pytest.param(Norm.SYNC_BATCH, nn.SyncBatchNorm, id="sync-batch"),
        pytest.param(Norm.FROZEN_BATCH, FrozenBatchNorm2d, id="frozen-batch"),
        pytest.param(Norm.GROUP, nn.GroupNorm, id="group"),
        pytest.param(Norm.LAYER, ChannelLayerNorm, id="layer"),
    ],
)
def test_a_name_gives_its_layer(norm, layer):
    make = norm_layer(norm)

    assert make is not None
    assert isinstance(make(32), layer)


def test_no_norm_is_no_layer():
    assert norm_layer(Norm.NONE) is None


@pytest.mark.parametrize(
    ("channels", "groups"),
    [
        pytest.param(256, 32, id="as in the paper"),
        pytest.param(32, 32, id="one channel a group"),
        pytest.param(8, 8, id="fewer channels than groups"),
        pytest.param(24, 8, id="not a multiple of 32"),
    ],
)
def test_group_norm_has_as_many_of_32_groups_as_divide_its_channels(channels, groups):
    layer = norm_layer(Norm.GROUP)(channels)

    assert layer.num_groups == groups


def test_group_norm_is_as_exact_in_channels_last():
    torch.manual_seed(0)
    layer = norm_layer(Norm.GROUP)(64)
    x = torch.randn(1, 64, 96, 96) + 3
    exact = nn.functional.group_norm(x.double(), 32)

    with torch.no_grad():
        normalised = layer(x.contiguous(memory_format=torch.channels_last))

    torch.testing.assert_close(normalised.double(), exact, rtol=0, atol=3e-6)


@pytest.mark.parametrize("norm", [Norm.BATCH, Norm.SYNC_BATCH])
def test_a_batch_norm_of_a_frozen_stage_stops_and_keeps_its_counter(norm):
    layer = frozen_norm_layer(norm)(4)

    assert isinstance(layer, FrozenBatchNorm2d)
    assert layer.state_dict().keys() == norm_layer(norm)(4).state_dict().keys()


@pytest.mark.parametrize("norm", [Norm.NONE, Norm.FROZEN_BATCH, Norm.GROUP, Norm.LAYER])
def test_a_norm_without_statistics_to_learn_is_the_same_in_a_frozen_stage(norm):
    assert frozen_norm_layer(norm) is norm_layer(norm)


def test_layer_norm_makes_every_pixel_one_of_mean_0_and_deviation_1():
    x = 3 + 5 * torch.randn(2, 64, 3, 4)

    y = ChannelLayerNorm(64)(x)

    torch.testing.assert_close(y.mean(dim=1), torch.zeros(2, 3, 4), rtol=0, atol=1e-5)
    torch.testing.assert_close(y.std(dim=1, correction=0), torch.ones(2, 3, 4), rtol=0, atol=1e-4)


def test_a_fresh_frozen_norm_changes_nothing():
    x = torch.randn(2, 4, 3, 5)

    torch.testing.assert_close(FrozenBatchNorm2d(4)(x), x)


def test_a_frozen_norm_is_batch_norm_outside_training():
    reference = nn.BatchNorm2d(3).eval()
    for tensor in (reference.weight, reference.bias, reference.running_mean, reference.running_var):
        nn.init.uniform_(tensor, 0.5, 2.0)
    frozen = FrozenBatchNorm2d(3)
    frozen.load_state_dict({k: v for k, v in reference.state_dict().items() if k != "num_batches_tracked"})
    x = torch.randn(2, 3, 4, 4)

    torch.testing.assert_close(frozen(x), reference(x))


def test_a_frozen_norm_has_the_buffers_of_the_checkpoints_and_no_parameter():
    norm = FrozenBatchNorm2d(3)

    assert list(norm.state_dict()) == ["weight", "bias", "running_mean", "running_var"]
    assert list(norm.parameters()) == []


def test_training_does_not_move_a_frozen_norm():
    norm = FrozenBatchNorm2d(3).train()
    before = {name: tensor.clone() for name, tensor in norm.state_dict().items()}

    norm(torch.randn(2, 3, 4, 4) + 5)

    assert all(torch.equal(tensor, before[name]) for name, tensor in norm.state_dict().items())


def test_a_frozen_norm_keeps_the_number_format_of_its_input():
    assert FrozenBatchNorm2d(3)(torch.randn(1, 3, 2, 2, dtype=torch.bfloat16)).dtype is torch.bfloat16
