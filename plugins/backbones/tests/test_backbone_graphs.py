"""The backbones run compiled, traced and exported, with one program for pictures of every size."""

import pytest
import torch
from torch.export import Dim, export

from det_plugin_backbones import (
    FPNConfig,
    Norm,
    P6P7TopBlockConfig,
    ResNetConfig,
    SimpleFeaturePyramidConfig,
    ViTConfig,
)

pytestmark = pytest.mark.traced

CHECKS_CHANNELS = pytest.mark.filterwarnings("ignore:Converting a tensor to a Python boolean:torch.jit.TracerWarning")
"""torchvision looks at the number of offset channels in Python, which is the same for pictures of every size."""


def pyramid(**settings) -> torch.nn.Module:
    torch.manual_seed(0)
    trunk = ResNetConfig(**{"depth": 18, "stem_out_channels": 8, "res2_out_channels": 8, **settings})
    return FPNConfig(bottom_up=trunk, out_channels=8).build().eval()


def deformable_pyramid(**settings) -> torch.nn.Module:
    """A pyramid whose convolutions look somewhere else already."""
    fpn = pyramid(depth=50, width_per_group=4, deformable_stages=("res3", "res5"), deformable_groups=2, **settings)
    for name, parameter in fpn.named_parameters():
        if "offset" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    return fpn


def transformer_pyramid(**settings) -> torch.nn.Module:
    """A transformer of both kinds of block, to which distances matter."""
    torch.manual_seed(0)
    trunk = ViTConfig(
        embed_dim=16,
        depth=2,
        num_heads=2,
        window_size=3,
        global_blocks=(1,),
        residual_blocks=(0,),
        image_side=96,
        pretraining_side=64,
        **settings,
    )
    pyramid = SimpleFeaturePyramidConfig(net=trunk, out_channels=8, square_side=0).build()
    for name, parameter in pyramid.named_parameters():
        if "rel_pos" in name or "residual.norm3" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    return pyramid.eval()


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(transformer_pyramid, id="transformer"),
        pytest.param(deformable_pyramid, id="deformable", marks=CHECKS_CHANNELS),
        pytest.param(
            lambda: deformable_pyramid(deformable_modulated=True), id="deformable, modulated", marks=CHECKS_CHANNELS
        ),
    ],
)
def test_other_trunks_are_exported_and_traced_for_other_sizes_too(build):
    model, seen = build(), torch.randn(2, 3, 128, 160)
    dynamic = {0: Dim("batch", min=1), 2: 32 * Dim("rows", min=3), 3: 32 * Dim("columns", min=3)}
    exported = export(model, (seen,), dynamic_shapes=(dynamic,)).module()
    with torch.no_grad():
        traced = torch.jit.trace(model, seen, strict=False)

    for size in ((1, 3, 96, 224), (3, 3, 96, 96)):
        images = torch.randn(*size)
        torch.testing.assert_close(exported(images), model(images), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(traced(images), model(images), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: transformer_pyramid(drop_path_rate=0.0), id="transformer"),
        pytest.param(deformable_pyramid, id="deformable"),
    ],
)
def test_other_trunks_are_compiled_to_one_graph_and_train(build):
    model, images = build().train(), torch.randn(2, 3, 96, 96)

    compiled = gradients(model, torch.compile(model, backend="aot_eager", fullgraph=True)(images))
    eager = gradients(model, model(images))

    torch.testing.assert_close(compiled, eager, rtol=1e-2, atol=1e-2)


def gradients(model: torch.nn.Module, maps: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Of a mean of all maps in which every value counts differently."""
    model.zero_grad()
    weights = {name: torch.linspace(-1, 1, x.numel()).reshape(x.shape) for name, x in maps.items()}
    sum((x * weights[name]).mean() for name, x in maps.items()).backward()
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.requires_grad}


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
