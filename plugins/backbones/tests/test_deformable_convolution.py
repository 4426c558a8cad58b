import pytest
import torch
from torch import nn

from det_plugin_backbones import (
    ConvNorm,
    DeformableBottleneckBlock,
    DeformableConvNorm,
    FrozenBatchNorm2d,
    Norm,
    ResNetConfig,
)


def convolution(**settings) -> DeformableConvNorm:
    options = {"kernel_size": 3, "stride": 1, "dilation": 1, "groups": 1, "norm": None, **settings}
    return DeformableConvNorm(4, 6, **options)


def block(**settings) -> DeformableBottleneckBlock:
    sizes = {"in_channels": 8, "bottleneck_channels": 4, "out_channels": 8}
    options = {"stride": 1, "stride_in_1x1": False, "groups": 1, "dilation": 1, "norm": None}
    return DeformableBottleneckBlock(**sizes, **{**options, "deformable_groups": 1, "is_modulated": False, **settings})


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"stride": 1, "dilation": 1, "groups": 1}, id="plain"),
        pytest.param({"stride": 2, "dilation": 1, "groups": 1}, id="stride 2"),
        pytest.param({"stride": 1, "dilation": 2, "groups": 1}, id="dilated"),
        pytest.param({"stride": 1, "dilation": 1, "groups": 2}, id="grouped"),
    ],
)
def test_without_offsets_it_is_an_ordinary_convolution(options):
    conv, x = convolution(**options), torch.randn(2, 4, 7, 9)
    ordinary = ConvNorm(4, 6, kernel_size=3, norm=None, **options)
    ordinary.load_state_dict({"weight": conv.weight.data, "bias": torch.zeros(6)})
    expected = ordinary(x)

    y = conv(x, torch.zeros(2, 18, *expected.shape[2:]), None)

    torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-5)


def test_an_offset_of_one_row_down_reads_the_row_below():
    conv, x = convolution(), torch.randn(1, 4, 8, 8)
    down = torch.zeros(1, 9, 2, 8, 8)
    down[:, :, 0] = 1
    still = torch.zeros(1, 18, 8, 8)

    moved = conv(x, down.flatten(1, 2), None)

    torch.testing.assert_close(moved[:, :, 1:-2], conv(x, still, None)[:, :, 2:-1], rtol=1e-4, atol=1e-5)


def test_modulation_weighs_what_is_read():
    conv, x, still = convolution(), torch.randn(1, 4, 5, 5), torch.zeros(1, 18, 5, 5)

    half = conv(x, still, torch.full((1, 9, 5, 5), 0.5))

    torch.testing.assert_close(half, conv(x, still, None) / 2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("norm", [FrozenBatchNorm2d, nn.BatchNorm2d])
def test_a_folded_norm_gives_what_the_norm_gives(norm):
    conv = convolution(norm=norm).eval()
    for name, tensor in conv.norm.state_dict().items():
        if name != "num_batches_tracked":
            nn.init.uniform_(tensor, 0.5, 2.0)
    plain = convolution()
    plain.load_state_dict({"weight": conv.weight.data})
    x, offsets = torch.randn(2, 4, 6, 6), torch.randn(2, 18, 6, 6)

    torch.testing.assert_close(conv(x, offsets, None), conv.norm(plain(x, offsets, None)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("is_modulated", [False, True])
def test_a_fresh_block_looks_where_an_ordinary_one_does(is_modulated):
    deformable, x = block(is_modulated=is_modulated), torch.randn(1, 8, 6, 6)

    offsets, modulation = deformable._deformation(deformable.conv1(x))

    assert torch.equal(offsets, torch.zeros(1, 18, 6, 6))
    assert (modulation is None) == (not is_modulated)
    assert modulation is None or torch.equal(modulation, torch.full((1, 9, 6, 6), 0.5))


@pytest.mark.parametrize(
    ("settings", "channels"),
    [
        pytest.param({}, 18, id="version 1"),
        pytest.param({"is_modulated": True}, 27, id="version 2"),
        pytest.param({"deformable_groups": 2}, 36, id="version 1, two groups"),
        pytest.param({"deformable_groups": 2, "is_modulated": True}, 54, id="version 2, two groups"),
    ],
)
def test_a_block_predicts_two_or_three_numbers_for_each_position_and_group(settings, channels):
    deformable = block(**settings)

    assert deformable.conv2_offset.out_channels == channels
    assert deformable(torch.randn(2, 8, 5, 7)).shape == (2, 8, 5, 7)


def test_only_the_wanted_stages_are_deformable():
    trunk = ResNetConfig(deformable_stages=("res3", "res5"), stem_out_channels=8, res2_out_channels=16).build()

    stages = {name.split(".")[0] for name in trunk.state_dict() if "conv2_offset" in name}
    assert stages == {"res3", "res5"}


@pytest.mark.parametrize("is_modulated", [False, True])
def test_everything_gets_a_finite_gradient_with_bfloat16_too(is_modulated):
    torch.manual_seed(0)
    config = ResNetConfig(
        stem_out_channels=8,
        res2_out_channels=16,
        width_per_group=4,
        norm=Norm.GROUP,
        freeze_at=0,
        deformable_stages=("res4", "res5"),
        deformable_modulated=is_modulated,
    )
    trunk, images = config.build().train(), torch.randn(2, 3, 64, 96)

    with torch.autocast("cpu", torch.bfloat16):
        maps = trunk(images)
    sum(x.float().square().mean() for x in maps.values()).backward()

    gradients = {name: parameter.grad for name, parameter in trunk.named_parameters()}
    assert [name for name, grad in gradients.items() if not (grad.isfinite().all() and grad.abs().sum() > 0)] == []
