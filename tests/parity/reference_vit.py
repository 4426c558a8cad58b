"""From the recorded facts of a plain vision transformer and its pyramid to the config that builds the same one."""

from math import isqrt
from typing import Any

from facts import Facts
from reference_top_blocks import top_block

from det_plugin_backbones import Norm, SimpleFeaturePyramidConfig, ViTConfig

__all__ = ["inexpressible_simple_feature_pyramid", "simple_feature_pyramid", "vit"]

PYRAMID_NORMS = {"": Norm.NONE, "LN_channels": Norm.LAYER}


def inexpressible_simple_feature_pyramid(facts: Facts) -> list[str]:
    """What of the pyramid and its trunk there is no word for."""
    net = facts["net"]
    windows = {size for size in net["window_size_per_block"] if size}
    reasons = [
        (facts["norm"] not in PYRAMID_NORMS, f"norm {facts['norm']!r}"),
        (net["type"] != "vit", f"type {net['type']!r}"),
        (net["activation"] != "GELU", f"activation {net['activation']!r}"),
        (net["layer_norm_eps"] != 1e-6, f"layer_norm_eps {net['layer_norm_eps']}"),
        (len(windows) > 1, f"windows of sizes {sorted(windows)}"),
    ]
    return [reason for is_so, reason in reasons if is_so]


def simple_feature_pyramid(facts: Facts) -> SimpleFeaturePyramidConfig:
    return SimpleFeaturePyramidConfig(
        net=vit(facts["net"]),
        in_feature=facts["in_feature"],
        scale_factors=tuple(facts["scale_factors"]),
        out_channels=facts["out_channels"],
        norm=PYRAMID_NORMS[facts["norm"]],
        top_block=top_block(facts["top_block"]),
        square_side=facts["square_pad"],
    )


def vit(facts: Facts) -> ViTConfig:
    windows = facts["window_size_per_block"]
    return ViTConfig(
        patch_size=facts["patch_size"],
        embed_dim=facts["embed_dim"],
        depth=facts["depth"],
        num_heads=facts["num_heads"],
        mlp_ratio=facts["mlp_hidden_dim"] / facts["embed_dim"],
        qkv_bias=facts["qkv_bias"],
        drop_path_rate=0.0,  # nothing that is recorded was left to chance
        window_size=max(windows) or 1,
        global_blocks=tuple(index for index, size in enumerate(windows) if not size),
        residual_blocks=tuple(facts["residual_block_indexes"]),
        out_feature=facts["out_feature"],
        **_relative_positions(facts),
        **_absolute_positions(facts),
    )


def _relative_positions(facts: Facts) -> dict[str, Any]:
    """Which picture the blocks that see the whole map know the distances of, where there are such blocks."""
    if not facts["use_rel_pos"]:
        return {"use_relative_positions": False}
    by_block = zip(facts["rel_pos_lengths_per_block"], facts["window_size_per_block"], strict=True)
    lengths = [length for length, window_size in by_block if not window_size]
    return {"image_side": (lengths[0] + 1) // 2 * facts["patch_size"]} if lengths else {}


def _absolute_positions(facts: Facts) -> dict[str, Any]:
    positions, has_class_position = facts["pos_embed_positions"], facts["pos_embed_has_cls_token"]
    if not positions:
        return {"use_absolute_positions": False}
    side = isqrt(positions - has_class_position) * facts["patch_size"]
    return {"pretraining_side": side, "has_class_position": has_class_position}
