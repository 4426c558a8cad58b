"""Plain vision transformers, spelt out as calls."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.part_calls import class_name, counted, listed
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["vit"]

EPSILON: Final = 1e-6
"""Of the layer norms that ViTDet has, which is not the default of torch's own."""

LAYER_NORMS: Final = ("LayerNorm", "layer_norm", "partial")
"""Names under which configs call for a layer norm with an epsilon."""


def vit(settings: Settings) -> Tree:
    """``ViT``."""
    windows = _windows(settings)
    return {
        "type": settings[TARGET_KEY].becoming("vit"),
        "patch_size": settings.get("patch_size", 16),
        "embed_dim": settings.get("embed_dim", 768),
        "depth": settings.get("depth", 12),
        "num_heads": settings.get("num_heads", 12),
        "mlp_ratio": settings.get("mlp_ratio", 4.0),
        "qkv_bias": settings.get("qkv_bias", default=True),
        "drop_path_rate": settings.get("drop_path_rate", 0.0),
        **windows,
        "residual_blocks": listed(settings.get("residual_block_indexes", [])),
        "use_relative_positions": settings.get("use_rel_pos", default=False),
        "image_side": settings.get("img_size", 1024),
        "use_absolute_positions": settings.get("use_abs_pos", default=True),
        "pretraining_side": settings.get("pretrain_img_size", 224),
        "has_class_position": settings.get("pretrain_use_cls_token", default=True),
        "out_feature": settings.get("out_feature", "last_feat"),
        "norm": _other_norm(settings),
        "in_channels": _other_pictures(settings),
        "activation": _other_activation(settings),
    }


def _windows(settings: Settings) -> Mapping[str, Tree]:
    """Which blocks see the whole map, where Detectron2 says which do not; a window of no size is no window."""
    size, windowed = settings.get("window_size", 0), listed(settings.get("window_block_indexes", []))
    depth = counted(settings.get("depth", 12))
    if not size.value:
        whole = joined(list(range(depth.value)), size, windowed, depth)
        return {"global_blocks": whole}
    whole = joined([index for index in range(depth.value) if index not in windowed.value], windowed, depth)
    return {"window_size": size, "global_blocks": whole}


def _other_norm(settings: Settings) -> Missing | Setting | None:
    """Layer norms with another epsilon than ours, or other norms."""
    norm = settings.under("norm_layer")
    if TARGET_KEY not in norm:
        name = settings.get("norm_layer", "torch.nn.LayerNorm")
        return Missing(f"{class_name(name)} with its default epsilon (norm_layer)", name)
    kind, epsilon = norm[TARGET_KEY], norm.get("eps", 1e-5)
    if class_name(kind) not in LAYER_NORMS:
        return Missing(class_name(kind), kind, norm.owned())
    if epsilon.value != EPSILON:
        return Missing(f"layer norms with an epsilon of {epsilon.told}", epsilon, norm.owned())
    return joined(None, kind, epsilon, note=f"left out: every layer norm has an epsilon of {EPSILON}")


def _other_pictures(settings: Settings) -> Missing | None:
    channels = settings.get("in_chans", 3)
    return Missing(f"pictures of {channels.told} channels", channels) if channels.value != 3 else None


def _other_activation(settings: Settings) -> Missing | None:
    activation = settings.get("act_layer", "torch.nn.GELU")
    return None if class_name(activation) == "GELU" else Missing(activation.told, activation)
