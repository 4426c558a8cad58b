"""Backbones: the trunk, and the pyramid over it."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.choices import Translator, word
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import norm

__all__ = ["BACKBONES", "map_channels"]

FUSES: Final = {"sum": "sum", "avg": "average"}


def resnet(settings: Settings) -> Tree:
    """``build_resnet_backbone``."""
    own = settings.under("MODEL.RESNETS")
    return {
        "type": "resnet",
        "depth": own["DEPTH"],
        "norm": norm(own["NORM"]),
        "freeze_at": settings["MODEL.BACKBONE.FREEZE_AT"],
        "out_features": own["OUT_FEATURES"],
        "stem_out_channels": own["STEM_OUT_CHANNELS"],
        "res2_out_channels": own["RES2_OUT_CHANNELS"],
        "groups": own["NUM_GROUPS"],
        "width_per_group": own["WIDTH_PER_GROUP"],
        "stride_in_1x1": own["STRIDE_IN_1X1"],
        "res5_dilation": own["RES5_DILATION"],
        "deformable": _deformable(own),
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


def map_channels(settings: Settings, feature: str) -> Setting | None:
    """Channels of a feature map, where they can be told from the settings."""
    own = settings.under("MODEL.RESNETS")
    if settings["MODEL.BACKBONE.NAME"].value not in BACKBONES:
        return None
    if feature in ("res2", "res3", "res4", "res5"):
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


def _deformable(resnets: Settings) -> Tree:
    stages = resnets["DEFORM_ON_PER_STAGE"]
    owns = tuple(f"MODEL.RESNETS.DEFORM_{rest}" for rest in ("MODULATED", "NUM_GROUPS"))
    return (
        Missing("deformable convolutions (MODEL.RESNETS.DEFORM_ON_PER_STAGE)", stages, owns)
        if any(stages.value)
        else None
    )
