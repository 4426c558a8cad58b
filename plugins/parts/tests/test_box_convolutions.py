"""Convolutions over boxes compile, although nobody knows how many boxes there will be."""

import shutil

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.testing import assert_close

from det_plugin_parts import convolving_boxes

CPU = torch.device("cpu")


class OfSome(nn.Module):
    """Convolves those maps that are asked for."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, maps: Tensor, is_asked: Tensor) -> Tensor:
        rows = is_asked.nonzero().squeeze(1)
        with convolving_boxes(maps.device):
            return self.layer(maps[rows])


class PlainCalls(nn.Module):
    """Functions with their least arguments, of numbers that are no tuples, and by name."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 8, 3, 3) / 8)

    def forward(self, maps: Tensor) -> Tensor:
        x = F.conv2d(maps, self.weight)
        x = F.conv_transpose2d(x, self.weight)
        x = F.conv2d(x, self.weight, padding=1, dilation=1)
        return F.conv_transpose2d(x, weight=self.weight, stride=2, output_padding=1)


LAYERS = {
    "convolution": lambda: nn.Conv2d(8, 4, kernel_size=3, padding=1),
    "stride, dilation, groups": lambda: nn.Conv2d(8, 4, kernel_size=(3, 1), stride=(1, 2), dilation=2, groups=2),
    "the same size": lambda: nn.Conv2d(8, 4, kernel_size=3, padding="same", bias=False),
    "deconvolution": lambda: nn.ConvTranspose2d(8, 4, kernel_size=4, stride=2, padding=1),
    "deconvolution, groups": lambda: nn.ConvTranspose2d(
        8, 4, kernel_size=3, stride=2, output_padding=1, groups=2, dilation=2
    ),
    "functions": PlainCalls,
    "channels last": lambda: nn.Conv2d(8, 4, kernel_size=3).to(memory_format=torch.channels_last),
}

compiles = pytest.mark.parametrize(
    "backend",
    [
        "aot_eager",
        pytest.param(
            "inductor",
            marks=[pytest.mark.heavy, pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")],
        ),
    ],
)


@compiles
@pytest.mark.traced
@pytest.mark.parametrize("name", LAYERS)
@torch.no_grad()
def test_any_number_of_boxes_is_convolved_as_without_a_compiler(name, backend):
    torch.manual_seed(0)
    torch.compiler.reset()
    module = OfSome(LAYERS[name]())
    maps = torch.randn(5, 8, 7, 7).contiguous(memory_format=torch.channels_last)

    with torch._dynamo.config.patch(capture_dynamic_output_shape_ops=True):
        compiled = torch.compile(module, fullgraph=True, dynamic=True, backend=backend)

        for asked in ([1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]):
            is_asked = torch.tensor(asked)
            assert_close(compiled(maps, is_asked), module(maps, is_asked), rtol=1e-4, atol=1e-5, check_stride=False)


def test_nothing_changes_where_nothing_is_compiled():
    recorded = torch.export.export(
        OfSome(LAYERS["deconvolution"]()), (torch.randn(5, 8, 7, 7), torch.ones(5)), strict=False
    )

    called = {node.target for node in recorded.graph.nodes}
    assert torch.ops.aten.conv_transpose2d.input in called
    assert not called & {torch.ops.aten.conv_transpose3d.input, torch.ops.aten.conv3d.default}
