import re

import pytest
import torch

from det_plugin_backbones import ViTConfig
from detcore.specs import FeatureShape

TINY = {
    "patch_size": 4,
    "embed_dim": 16,
    "depth": 3,
    "num_heads": 2,
    "window_size": 3,
    "global_blocks": (1,),
    "image_side": 32,
    "pretraining_side": 16,
}


def tiny(**settings) -> ViTConfig:
    return ViTConfig(**{**TINY, **settings})


def test_the_default_is_the_base_model_of_vitdet():
    config = ViTConfig()

    with torch.device("meta"):
        weights = config.build().state_dict()

    assert config.output_shapes() == {"last_feat": FeatureShape(channels=768, stride=16)}
    assert weights["pos_embed"].shape == (1, 197, 768)
    assert weights["blocks.0.attn.rel_pos_h"].shape == (27, 64)
    assert weights["blocks.2.attn.rel_pos_w"].shape == (127, 64)
    assert sum(weight.numel() for weight in weights.values()) == pytest.approx(86e6, rel=0.01)


def test_a_window_does_not_see_beyond_itself_and_a_whole_map_does():
    images = torch.randn(1, 3, 24, 24)
    changed = images.clone()
    changed[:, :, :4, :4] += 1
    trunks = [tiny(global_blocks=blocks).build().eval() for blocks in ((), (1,))]

    seen = [(trunk(images)["last_feat"] != trunk(changed)["last_feat"]).any(dim=1) for trunk in trunks]

    assert not seen[0][:, :, 3:].any()
    assert seen[0][:, :3, :3].all()
    assert seen[1].all()


def test_a_fresh_residual_block_changes_nothing():
    torch.manual_seed(0)
    plain = tiny().build().eval()
    with_residual = tiny(residual_blocks=(0, 2)).build().eval()
    with_residual.load_state_dict(plain.state_dict(), strict=False)
    images = torch.randn(1, 3, 16, 24)

    torch.testing.assert_close(with_residual(images), plain(images))


def test_every_weight_gets_a_gradient():
    torch.manual_seed(0)
    trunk = tiny(residual_blocks=(1,)).build().train()
    torch.nn.init.ones_(trunk.blocks[1].residual.norm3.weight)
    weights = torch.randn(2, 16, 8, 6)

    (trunk(torch.randn(2, 3, 32, 24))["last_feat"] * weights).sum().backward()

    assert [name for name, p in trunk.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_the_last_block_is_skipped_most_often_and_only_in_training():
    trunk = tiny(drop_path_rate=0.4).build()

    assert [block.drop_path.p for block in trunk.blocks] == pytest.approx([0, 0.2, 0.4])
    images = torch.randn(2, 3, 16, 16)
    assert torch.equal(trunk.eval()(images)["last_feat"], trunk(images)["last_feat"])


def test_bfloat16_gives_nearly_the_same_map():
    torch.manual_seed(0)
    trunk, images = tiny().build().eval(), torch.randn(2, 3, 32, 24)

    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        rounded = trunk(images)["last_feat"]

    torch.testing.assert_close(rounded.float(), trunk(images)["last_feat"], rtol=0.05, atol=0.05)


def test_positions_can_be_left_out():
    names = tiny(use_absolute_positions=False, use_relative_positions=False).build().state_dict()

    assert [name for name in names if "pos" in name] == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"num_heads": 3}, "'embed_dim' (16) must be a multiple of 'num_heads' (3)", id="heads"),
        pytest.param(
            {"global_blocks": (1, 3)},
            "'global_blocks' must count from 0 to 2, the last of 'depth', not [3]",
            id="a global block that does not exist",
        ),
        pytest.param(
            {"residual_blocks": (7, 9)},
            "'residual_blocks' must count from 0 to 2, the last of 'depth', not [7, 9]",
            id="residual blocks that do not exist",
        ),
        pytest.param(
            {"global_blocks": (1, 1)}, "'global_blocks' must not name 1 twice: items 0 and 1", id="a block named twice"
        ),
        pytest.param(
            {"image_side": 3},
            "'image_side' (3) and 'pretraining_side' (16) must be at least 'patch_size' (4)",
            id="less than a patch",
        ),
        pytest.param({"drop_path_rate": 1.0}, "'drop_path_rate' must be < 1: 1.0", id="always skipped"),
    ],
)
def test_a_wrong_setting_is_refused_where_it_is_written(settings, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tiny(**settings)
