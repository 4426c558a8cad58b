"""The backbones run compiled, traced and exported, with one program for pictures of every size."""

import pytest
import torch
from torch.export import Dim, export

from det_plugin_backbones import FPNConfig, Norm, P6P7TopBlockConfig, ResNetConfig

pytestmark = pytest.mark.traced


def pyramid(**settings) -> torch.nn.Module:
    torch.manual_seed(0)
    trunk = ResNetConfig(**{"depth": 18, "stem_out_channels": 8, "res2_out_channels": 8, **settings})
    return FPNConfig(bottom_up=trunk, out_channels=8).build().eval()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="frozen norms"),
        pytest.param({"norm": Norm.BATCH, "freeze_at": 0}, id="batch norms"),
        pytest.param({"norm": Norm.GROUP, "freeze_at": 0}, id="group norms"),
    ],
)
def test_an_exported_pyramid_takes_pictures_of_other_sizes(settings):
    fpn = pyramid(**settings)
    # A map of a single pixel is a program of its own, so pictures have at least three steps of 32 pixels: two in p6.
    dynamic = {0: Dim("batch", min=1), 2: 32 * Dim("rows", min=3), 3: 32 * Dim("columns", min=3)}
    program = export(fpn, (torch.randn(2, 3, 128, 160),), dynamic_shapes=(dynamic,)).module()
    images = torch.randn(1, 3, 224, 96)

    torch.testing.assert_close(program(images), fpn(images), rtol=1e-4, atol=1e-5)


def test_a_compiled_pyramid_is_one_graph_and_trains():
    fpn = pyramid(norm=Norm.BATCH, freeze_at=0).train()
    images = torch.randn(2, 3, 64, 64)

    torch.compile(fpn, backend="aot_eager", fullgraph=True)(images)["p2"].sum().backward()
    compiled = fpn.bottom_up.stem.conv1.weight.grad.clone()
    fpn.zero_grad()
    fpn(images)["p2"].sum().backward()

    torch.testing.assert_close(compiled, fpn.bottom_up.stem.conv1.weight.grad, rtol=1e-2, atol=1e-2)


def test_a_traced_pyramid_takes_pictures_of_other_sizes():
    fpn = FPNConfig(
        bottom_up=ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8), top_block=P6P7TopBlockConfig()
    ).build()
    with torch.no_grad():
        traced = torch.jit.trace(fpn.eval(), torch.randn(1, 3, 64, 64), strict=False)
    images = torch.randn(2, 3, 96, 128)

    torch.testing.assert_close(traced(images), fpn(images), rtol=1e-4, atol=1e-5)
