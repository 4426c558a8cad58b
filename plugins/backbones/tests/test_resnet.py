import pytest
import torch
from torch import nn

from det_plugin_backbones import FrozenBatchNorm2d, Norm, ResNetConfig


def tiny(**settings) -> ResNetConfig:
    narrow = {} if settings.get("depth") == 18 else {"width_per_group": 4}
    return ResNetConfig(**{"stem_out_channels": 8, "res2_out_channels": 16, **narrow, **settings})


def modules_of(module: nn.Module, kind: type[nn.Module]) -> list[str]:
    return [name for name, part in module.named_modules() if isinstance(part, kind)]


def test_parameters_are_named_as_in_the_published_checkpoints():
    names = set(tiny().build().state_dict())

    assert {
        "stem.conv1.weight",
        "stem.conv1.norm.running_var",
        "res2.0.shortcut.weight",
        "res2.0.shortcut.norm.weight",
        "res2.0.conv1.weight",
        "res5.2.conv3.norm.bias",
    } <= names
    assert not any("num_batches_tracked" in name for name in names)


def test_only_the_first_block_of_a_stage_has_a_shortcut_of_its_own():
    names = tiny().build().state_dict()

    assert {name.rpartition(".shortcut")[0] for name in names if name.endswith("shortcut.weight")} == {
        "res2.0",
        "res3.0",
        "res4.0",
        "res5.0",
    }


def test_frozen_stages_do_not_learn_and_the_others_do():
    backbone = tiny(norm=Norm.BATCH, freeze_at=2).build()

    learning = {name.split(".")[0] for name, parameter in backbone.named_parameters() if parameter.requires_grad}
    frozen = {name.split(".")[0] for name, parameter in backbone.named_parameters() if not parameter.requires_grad}

    assert (learning, frozen) == ({"res3", "res4", "res5"}, {"stem", "res2"})


def test_batch_norms_of_frozen_stages_are_frozen_ones():
    backbone = tiny(norm=Norm.BATCH, freeze_at=2).build()

    assert {name.split(".")[0] for name in modules_of(backbone, FrozenBatchNorm2d)} == {"stem", "res2"}
    assert {name.split(".")[0] for name in modules_of(backbone, nn.BatchNorm2d)} == {"res3", "res4", "res5"}


def test_nothing_of_a_frozen_stage_moves_in_training():
    backbone = tiny(depth=18, norm=Norm.BATCH, freeze_at=2).build().train()
    before = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}

    backbone(torch.randn(2, 3, 64, 64))["res5"].sum().backward()

    moved = {
        name.split(".")[0] for name, tensor in backbone.state_dict().items() if not torch.equal(tensor, before[name])
    }
    assert moved == {"res3", "res4", "res5"}


@pytest.mark.parametrize(
    "norm",
    [pytest.param(Norm.BATCH, id="batch"), pytest.param(Norm.GROUP, id="group"), pytest.param(Norm.NONE, id="none")],
)
@pytest.mark.parametrize("depth", [18, 50])
def test_everything_gets_a_gradient_from_scratch(depth, norm):
    backbone = tiny(depth=depth, norm=norm, freeze_at=0).build().train()

    sum(x.square().mean() for x in backbone(torch.randn(2, 3, 64, 64)).values()).backward()

    assert [name for name, p in backbone.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


@pytest.mark.parametrize("norm", [pytest.param(Norm.BATCH, id="batch"), pytest.param(Norm.GROUP, id="group")])
def test_fresh_maps_have_a_healthy_size(norm):
    torch.manual_seed(0)
    backbone = ResNetConfig(depth=18, norm=norm, freeze_at=0).build().train()

    with torch.no_grad():
        maps = backbone(torch.randn(2, 3, 128, 128))

    assert all(0.1 < float(x.std()) < 10 for x in maps.values())


def test_the_input_is_left_as_it_was():
    images = torch.randn(1, 3, 64, 64)
    before = images.clone()

    tiny().build()(images)

    assert torch.equal(images, before)


def test_maps_are_channels_last_where_the_images_are():
    images = torch.randn(2, 3, 64, 64).contiguous(memory_format=torch.channels_last)

    maps = tiny().build()(images)

    assert all(x.is_contiguous(memory_format=torch.channels_last) for x in maps.values())


def test_memory_format_does_not_change_the_numbers():
    backbone = tiny().build().eval()
    images = torch.randn(2, 3, 64, 96)

    plain, channels_last = backbone(images), backbone(images.contiguous(memory_format=torch.channels_last))

    torch.testing.assert_close(channels_last, plain, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size", [pytest.param((33, 47), id="odd"), pytest.param((1, 1), id="a single pixel")])
def test_a_picture_of_any_size_goes_through(size):
    maps = tiny().build()(torch.randn(1, 3, *size))

    assert all(x.shape[-1] >= 1 for x in maps.values())


def test_an_empty_batch_gives_empty_maps():
    maps = tiny().build().eval()(torch.zeros(0, 3, 64, 64))

    assert {tuple(x.shape[:2]) for x in maps.values()} == {(0, 16), (0, 32), (0, 64), (0, 128)}
