import pytest
import torch
import torch.nn.functional as F
from torch import nn

from det_plugin_backbones import ConvNorm, FrozenBatchNorm2d


def randomised(conv: ConvNorm) -> ConvNorm:
    """The layer with statistics and affine parameters that are not the identity's."""
    for name, tensor in conv.norm.state_dict().items():
        if name != "num_batches_tracked":
            nn.init.uniform_(tensor, 0.5, 2.0)
    return conv


def convolved(conv: ConvNorm, x: torch.Tensor) -> torch.Tensor:
    return F.conv2d(x, conv.weight, None, conv.stride, conv.padding, conv.dilation, conv.groups)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"kernel_size": 1}, id="1x1"),
        pytest.param({"kernel_size": 3, "stride": 2}, id="3x3, stride 2"),
        pytest.param({"kernel_size": 3, "dilation": 2}, id="dilated"),
        pytest.param({"kernel_size": 3, "groups": 2}, id="grouped"),
    ],
)
@pytest.mark.parametrize("norm", [FrozenBatchNorm2d, nn.BatchNorm2d, nn.SyncBatchNorm])
def test_a_folded_norm_gives_what_the_norm_gives(options, norm):
    conv = randomised(ConvNorm(4, 6, norm=norm, **options)).eval()
    x = torch.randn(2, 4, 7, 9)

    torch.testing.assert_close(conv(x), conv.norm(convolved(conv, x)), rtol=1e-4, atol=1e-5)


def test_the_gradient_reaches_the_weight_through_a_folded_norm():
    conv = randomised(ConvNorm(3, 5, kernel_size=3, norm=FrozenBatchNorm2d))
    x = torch.randn(2, 3, 6, 6)

    conv(x).square().sum().backward()
    folded = conv.weight.grad.clone()
    conv.weight.grad = None
    conv.norm(convolved(conv, x)).square().sum().backward()

    torch.testing.assert_close(folded, conv.weight.grad, rtol=1e-3, atol=1e-3)


def test_a_batch_norm_in_training_uses_and_averages_the_batch():
    conv = ConvNorm(3, 5, kernel_size=1, norm=nn.BatchNorm2d).train()

    y = conv(torch.randn(4, 3, 8, 8))

    torch.testing.assert_close(y.mean((0, 2, 3)), torch.zeros(5), atol=1e-5, rtol=0)
    assert int(conv.norm.num_batches_tracked) == 1


@pytest.mark.parametrize(
    ("norm", "has_bias"), [pytest.param(None, True, id="no norm"), pytest.param(FrozenBatchNorm2d, False, id="a norm")]
)
def test_a_convolution_has_a_bias_exactly_where_no_norm_follows(norm, has_bias):
    conv = ConvNorm(3, 5, kernel_size=3, norm=norm)

    assert (conv.bias is not None) == has_bias


@pytest.mark.parametrize("kernel_size", [1, 3, 7])
def test_a_convolution_without_stride_keeps_the_size(kernel_size):
    conv = ConvNorm(3, 4, kernel_size=kernel_size, norm=None)

    assert conv(torch.zeros(1, 3, 10, 11)).shape == (1, 4, 10, 11)


def test_a_folded_norm_keeps_channels_last():
    conv = ConvNorm(4, 8, kernel_size=3, norm=FrozenBatchNorm2d)
    x = torch.randn(1, 4, 6, 6).contiguous(memory_format=torch.channels_last)

    assert conv(x).is_contiguous(memory_format=torch.channels_last)
