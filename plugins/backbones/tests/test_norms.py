import pytest
import torch
from torch import nn

from det_plugin_backbones import FrozenBatchNorm2d, Norm, norm_layer


@pytest.mark.parametrize(
    ("norm", "layer"),
    [
        pytest.param(Norm.BATCH, nn.BatchNorm2d, id="batch"),
        pytest.param(Norm.SYNC_BATCH, nn.SyncBatchNorm, id="sync-batch"),
        pytest.param(Norm.FROZEN_BATCH, FrozenBatchNorm2d, id="frozen-batch"),
        pytest.param(Norm.GROUP, nn.GroupNorm, id="group"),
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


@pytest.mark.parametrize(
    ("norm", "frozen"),
    [
        pytest.param(Norm.BATCH, Norm.FROZEN_BATCH, id="batch norm stops"),
        pytest.param(Norm.SYNC_BATCH, Norm.FROZEN_BATCH, id="batch norm over ranks stops"),
        pytest.param(Norm.GROUP, Norm.GROUP, id="group norm keeps no statistics"),
        pytest.param(Norm.NONE, Norm.NONE, id="nothing stays nothing"),
    ],
)
def test_the_norm_of_a_frozen_stage(norm, frozen):
    assert norm.frozen() is frozen


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
