"""Backbones: the trunk, and the pyramid over it."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.choices import Translator, word
from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import norm

__all__ = ["BACKBONES", "freeze_at", "map_channels"]

BASIC_DEPTHS: Final = (18, 34)
"""Depths of residual networks that are made of basic blocks."""

STAGES: Final = ("res2", "res3", "res4", "res5")

FUSES: Final = {"sum": "sum", "avg": "average"}


def resnet(settings: Settings) -> Tree:
    """``build_resnet_backbone``."""
    own = settings.under("MODEL.RESNETS")
    return {
        "type": "resnet",
        "depth": own["DEPTH"],
        "norm": norm(own["NORM"]),
        "freeze_at": freeze_at(settings["MODEL.BACKBONE.FREEZE_AT"], own["OUT_FEATURES"]),
        "out_features": own["OUT_FEATURES"],
        "stem_out_channels": own["STEM_OUT_CHANNELS"],
        "res2_out_channels": own["RES2_OUT_CHANNELS"],
        "groups": own["NUM_GROUPS"],
        "width_per_group": _width(own),
        "stride_in_1x1": own["STRIDE_IN_1X1"],
        "res5_dilation": _dilation(own),
        **_deformation(own),
    }


def resnet_alone(settings: Settings) -> Tree:
    """``build_resnet_backbone`` as the whole backbone."""
    trunk = resnet(settings)
    assert isinstance(trunk, Mapping), "a table"
    return {**trunk, "type": settings["MODEL.BACKBONE.NAME"].becoming("resnet")}


def fpn(settings: Settings) -> Tree:
    """``build_resnet_fpn_backbone``: one level on top, from p5."""
    return _pyramid(settings, {"type": "max-pool", "in_feature": "p5"})


def retinanet_fpn(settings: Settings) -> Tree:
    """``build_retinanet_resnet_fpn_backbone``: two levels on top, from res5."""
    return _pyramid(settings, {"type": "p6p7", "in_feature": "res5"})


BACKBONES: Mapping[str, Translator] = {
    "build_resnet_backbone": resnet_alone,
    "build_resnet_fpn_backbone": fpn,
    "build_retinanet_resnet_fpn_backbone": retinanet_fpn,
}


def freeze_at(setting: Setting, out_features: Setting) -> Setting:
    """Up to where nothing learns: at most the last stage that is built, beyond which Detectron2 finds none either."""
    last = max((STAGES.index(name) + 2 for name in out_features.value if name in STAGES), default=1)
    if not isinstance(setting.value, int) or setting.value <= last:
        return setting
    return setting.becoming(last, f"{last}: no later stage is built")


def map_channels(settings: Settings, feature: str) -> Setting | None:
    """Channels of a feature map, where they can be told from the settings."""
    own = settings.under("MODEL.RESNETS")
    if settings["MODEL.BACKBONE.NAME"].value not in BACKBONES:
        return None
    if feature in STAGES:
        width = own["RES2_OUT_CHANNELS"]
        return width.becoming(width.value * 2 ** (int(feature[-1]) - 2))
    if settings["MODEL.BACKBONE.NAME"].value == "build_resnet_backbone":
        return own["STEM_OUT_CHANNELS"] if feature == "stem" else None
    return settings["MODEL.FPN.OUT_CHANNELS"]


def _pyramid(settings: Settings, top_block: Tree) -> Tree:
    own = settings.under("MODEL.FPN")
    return {
        "type": settings["MODEL.BACKBONE.NAME"].becoming("fpn"),
        "in_features": own["IN_FEATURES"],
        "out_channels": own["OUT_CHANNELS"],
        "norm": norm(own["NORM"]),
        "fuse": word(own["FUSE_TYPE"], FUSES),
        "bottom_up": resnet(settings),
        "top_block": top_block,
    }


def _width(resnets: Settings) -> Setting:
    """Channels of one group of a bottleneck; basic blocks have none."""
    width = resnets["WIDTH_PER_GROUP"]
    if resnets["DEPTH"].value not in BASIC_DEPTHS:
        return width
    return width.becoming(None, "left out: basic blocks have no bottleneck")


def _dilation(resnets: Settings) -> Setting:
    """Of res5, where it is built; that of C4 heads is never dilated."""
    dilation = resnets["RES5_DILATION"]
    if "res5" in resnets["OUT_FEATURES"].value:
        return dilation
    return dilation.becoming(None, "left out: the backbone has no res5")


def _deformation(resnets: Settings) -> Mapping[str, Tree]:
    """The stages that learn where to look, as far as they are built."""
    flags, features = resnets["DEFORM_ON_PER_STAGE"], resnets["OUT_FEATURES"].value
    built = [stage for stage in STAGES if any(stage <= feature for feature in features)]
    stages = [stage for stage, is_deformable in zip(built, flags.value, strict=False) if is_deformable]
    if not stages:
        return {}
    return {
        "deformable_stages": flags.becoming(stages),
        "deformable_groups": resnets["DEFORM_NUM_GROUPS"],
        "deformable_modulated": resnets["DEFORM_MODULATED"],
    }
