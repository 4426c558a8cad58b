"""From the recorded facts of a backbone (part of ``config.json``) to the config that builds the same one."""

from typing import Any

from reference_top_blocks import top_block
from reference_vit import inexpressible_simple_feature_pyramid, simple_feature_pyramid

from det_plugin_backbones import FPNConfig, Norm, ResNetConfig
from detcore.specs import BackboneConfig

__all__ = ["NORMS", "Facts", "backbone", "differences", "inexpressible_backbone"]

Facts = dict[str, Any]

NORMS = {
    "": Norm.NONE,
    "FrozenBN": Norm.FROZEN_BATCH,
    "BN": Norm.BATCH,
    "SyncBN": Norm.SYNC_BATCH,
    "NaiveSyncBN": Norm.SYNC_BATCH,
    "GN": Norm.GROUP,
    "GN32": Norm.GROUP,
    "LN_channels": Norm.LAYER,
}
BASIC_STEM = "7x7 stride 2 conv, norm, relu, 3x3 stride 2 max pool padding 1"


def inexpressible_backbone(facts: Facts) -> list[str]:
    """What of a recorded backbone there is no word for; empty: it can be built."""
    if facts["type"] == "simple_feature_pyramid":
        return inexpressible_simple_feature_pyramid(facts)
    if facts["type"] == "fpn":
        return [*differences(facts, "norm", NORMS), *_inexpressible_trunk(facts["bottom_up"])]
    return _inexpressible_trunk(facts)


def _inexpressible_trunk(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ("resnet",))
    return reasons or [*differences(facts, "norm", NORMS), *differences(facts, "stem", (BASIC_STEM,))]


def differences(facts: Facts, name: str, known: Any) -> list[str]:
    return [] if facts[name] in known else [f"{name} {facts[name]!r}"]


def backbone(facts: Facts) -> BackboneConfig:
    kinds = {"fpn": _fpn, "resnet": _resnet, "simple_feature_pyramid": simple_feature_pyramid}
    return kinds[facts["type"]](facts)


def _fpn(facts: Facts) -> FPNConfig:
    return FPNConfig(
        bottom_up=_resnet(facts["bottom_up"]),
        in_features=tuple(facts["in_features"]),
        out_channels=facts["out_channels"],
        norm=NORMS[facts["norm"]],
        fuse={"sum": "sum", "avg": "average"}[facts["fuse_type"]],
        top_block=top_block(facts["top_block"]),
    )


def _resnet(facts: Facts) -> ResNetConfig:
    return ResNetConfig(
        depth=facts["depth"],
        norm=NORMS[facts["norm"]],
        freeze_at=facts["freeze_at"],
        out_features=tuple(facts["out_features"]),
        stem_out_channels=facts["stem_out_channels"],
        res2_out_channels=facts["res2_out_channels"],
        groups=facts["num_groups"],
        width_per_group=facts["width_per_group"],
        stride_in_1x1=facts["stride_in_1x1"],
        res5_dilation=facts["res5_dilation"],
        **_deformation(facts["stages"]),
    )


def _deformation(stages: dict[str, Facts]) -> dict[str, Any]:
    deformable = {name: stage for name, stage in stages.items() if stage["block"].startswith("deform")}
    if not deformable:
        return {}
    first = next(iter(deformable.values()))
    return {
        "deformable_stages": tuple(deformable),
        "deformable_groups": first["deform_groups"],
        "deformable_modulated": first["deform_modulated"],
    }
