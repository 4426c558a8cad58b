import pytest
import torch

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlock,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlock,
    P6P7TopBlockConfig,
    ResNetConfig,
)

TINY = ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8)


def test_layers_are_named_as_in_the_published_checkpoints():
    fpn = FPNConfig(bottom_up=TINY, in_features=("res4", "res5"), top_block=P6P7TopBlockConfig()).build()

    own = [name for name in fpn.state_dict() if not name.startswith("bottom_up.")]
    assert own == [
        f"{layer}.{part}"
        for layer in ("fpn_lateral4", "fpn_output4", "fpn_lateral5", "fpn_output5", "top_block.p6", "top_block.p7")
        for part in ("weight", "bias")
    ]


def test_a_normalised_pyramid_has_norms_instead_of_biases():
    fpn = FPNConfig(bottom_up=TINY, in_features=("res5",), out_channels=32, norm=Norm.GROUP).build()

    own = [name for name in fpn.state_dict() if name.startswith("fpn_lateral")]
    assert own == ["fpn_lateral5.weight", "fpn_lateral5.norm.weight", "fpn_lateral5.norm.bias"]


def set_to_pass_channels_on(fpn: torch.nn.Module, maps: dict[str, torch.Tensor]) -> None:
    """Every convolution of the pyramid to the identity, the trunk to a function that returns ``maps``."""
    for name, layer in fpn.named_children():
        if name.startswith("fpn_"):
            torch.nn.init.dirac_(layer.weight)
    fpn.bottom_up.forward = lambda _: maps


@pytest.mark.parametrize(
    ("fuse", "merged"), [pytest.param("sum", 5.0, id="sum"), pytest.param("average", 2.5, id="average")]
)
def test_a_level_is_joined_with_the_coarser_one(fuse, merged):
    trunk = ResNetConfig(depth=18, stem_out_channels=4, res2_out_channels=4)
    fpn = FPNConfig(bottom_up=trunk, in_features=("res2", "res3"), out_channels=4, fuse=fuse).build()
    trunk_maps = {"res2": torch.full((1, 4, 4, 6), 2.0), "res3": torch.full((1, 8, 2, 3), 3.0)}
    set_to_pass_channels_on(fpn, trunk_maps)

    maps = fpn(torch.zeros(1, 3, 16, 24))

    assert torch.equal(maps["p2"], torch.full((1, 4, 4, 6), merged))
    assert torch.equal(maps["p3"], torch.full((1, 4, 2, 3), 3.0))


def test_maps_come_finest_first():
    maps = FPNConfig(bottom_up=TINY).build()(torch.zeros(1, 3, 64, 64))

    assert list(maps) == ["p2", "p3", "p4", "p5", "p6"]


def test_without_a_top_block_the_pyramid_ends_with_the_trunk():
    maps = FPNConfig(bottom_up=TINY, top_block=NoTopBlockConfig()).build()(torch.zeros(1, 3, 64, 64))

    assert list(maps) == ["p2", "p3", "p4", "p5"]


def test_everything_that_learns_gets_a_gradient():
    trunk = ResNetConfig(depth=18, stem_out_channels=8, res2_out_channels=8, norm=Norm.BATCH, freeze_at=1)
    fpn = FPNConfig(bottom_up=trunk, top_block=P6P7TopBlockConfig()).build().train()

    sum(x.square().mean() for x in fpn(torch.randn(2, 3, 64, 64)).values()).backward()

    silent = [name for name, p in fpn.named_parameters() if p.requires_grad and p.grad is None]
    frozen = {name.split(".")[1] for name, p in fpn.named_parameters() if not p.requires_grad}
    assert (silent, frozen) == ([], {"stem"})


def test_the_trunk_keeps_its_maps():
    fpn = FPNConfig(bottom_up=TINY, top_block=P6P7TopBlockConfig(in_feature="res5")).build().eval()
    images = torch.randn(1, 3, 64, 64)
    seen = {}
    fpn.bottom_up.register_forward_hook(lambda _module, _inputs, maps: seen.update(maps))

    fpn(images)

    torch.testing.assert_close(seen, fpn.bottom_up(images), rtol=0, atol=0)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(torch.contiguous_format, id="channel by channel"),
        pytest.param(torch.channels_last, id="pixel by pixel"),
    ],
)
def test_the_coarser_map_is_that_of_a_max_pool_of_size_1(order):
    x = torch.randn(2, 3, 5, 6).to(memory_format=order).requires_grad_()
    pooled = torch.nn.functional.max_pool2d(x, kernel_size=1, stride=2)
    weights = torch.randn_like(pooled)

    (coarser,) = MaxPoolTopBlock()(x)

    assert (coarser.tolist(), coarser.stride()) == (pooled.tolist(), pooled.stride())
    (gradient,) = torch.autograd.grad(coarser, x, weights)
    (gradient_of_pool,) = torch.autograd.grad(pooled, x, weights)
    assert torch.equal(gradient, gradient_of_pool)


def test_p7_is_made_from_the_rectified_p6():
    block = P6P7TopBlock(in_channels=2, out_channels=3)

    p6, p7 = block(torch.randn(1, 2, 8, 8))

    assert (p6 < 0).any()
    torch.testing.assert_close(p7, block.p7(p6.relu()))
