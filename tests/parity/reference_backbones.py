"""From the recorded facts of a backbone (part of ``config.json``) to the config that builds the same one."""

from typing import Any

from facts import Facts
from reference_top_blocks import top_block
from reference_vit import inexpressible_simple_feature_pyramid, simple_feature_pyramid

from det_plugin_backbones import FPNConfig, Norm, ResNetConfig, StagePlan
from detcore.specs import BackboneConfig

__all__ = ["NORMS", "Facts", "backbone", "differences", "inexpressible_backbone", "stage_facts"]

NORMS = {
    "": Norm.NONE,
    "FrozenBN": Norm.FROZEN_BATCH,
    "BN": Norm.BATCH,
    "SyncBN": Norm.SYNC_BATCH,
    "NaiveSyncBN": Norm.SYNC_BATCH,  # as recordings name its class
    "naiveSyncBN": Norm.SYNC_BATCH,
    "naiveSyncBN_N": Norm.SYNC_BATCH,
    "nnSyncBN": Norm.SYNC_BATCH,
    "GN": Norm.GROUP,
    "GN32": Norm.GROUP,
    "LN_channels": Norm.LAYER,
}
BASIC_DEPTHS = (18, 34)
BASIC_STEM = "7x7 stride 2 conv, norm, relu, 3x3 stride 2 max pool padding 1"


def inexpressible_backbone(facts: Facts) -> list[str]:
    """What of a recorded backbone there is no word for; empty: it can be built."""
    if facts["type"] == "simple_feature_pyramid":
        return inexpressible_simple_feature_pyramid(facts)
    if facts["type"] == "fpn":
        padding = differences(facts, "square_pad", (0,))
        return [
            *padding,
            *differences(facts, "fuse_type", ("sum", "avg")),
            *differences(facts, "norm", NORMS),
            *_inexpressible_trunk(facts["bottom_up"]),
        ]
    return _inexpressible_trunk(facts)


def _inexpressible_trunk(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ("resnet",))
    return reasons or [
        *differences(facts, "norm", NORMS),
        *differences(facts, "stem", (BASIC_STEM,)),
        *_uneven_deformation(facts),
    ]


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
    is_basic = facts["depth"] in BASIC_DEPTHS
    return ResNetConfig(
        depth=facts["depth"],
        norm=NORMS[facts["norm"]],
        freeze_at=min(facts["freeze_at"], len(facts["stages"]) + 1),
        out_features=tuple(facts["out_features"]),
        stem_out_channels=facts["stem_out_channels"],
        res2_out_channels=facts["res2_out_channels"],
        groups=facts["num_groups"],
        **({} if is_basic else {"width_per_group": facts["width_per_group"]}),
        stride_in_1x1=facts["stride_in_1x1"],
        res5_dilation=_dilation(facts),
        **_deformation(facts),
    )


def _dilation(facts: Facts) -> int:
    """Of res5, which says nothing of a network that ends before it."""
    dilation: int = facts["res5_dilation"]
    return dilation if "res5" in facts["stages"] else 1


def _deformation(facts: Facts) -> dict[str, Any]:
    deformable = _deformable(facts)
    if not deformable:
        return {}
    first = facts["stages"][deformable[0]]
    return {
        "deformable_stages": tuple(deformable),
        "deformable_groups": first["deform_groups"],
        "deformable_modulated": first["deform_modulated"],
    }


def _deformable(facts: Facts) -> list[str]:
    """The stages that learn where to look, of those that are built."""
    return [name for name, stage in facts["stages"].items() if stage["block"].startswith("deform")]


def _uneven_deformation(facts: Facts) -> list[str]:
    stages = [facts["stages"][name] for name in _deformable(facts)]
    ways = {(stage["deform_groups"], stage["deform_modulated"]) for stage in stages}
    return [f"stages that are deformed in different ways: {sorted(ways)}"] if len(ways) > 1 else []


def stage_facts(config: ResNetConfig, recorded: dict[str, Any]) -> dict[str, Any]:
    """What the config says of its stages, in the words of the recording and as far as these go."""
    return {plan.name: {**recorded[plan.name], **_stage_facts(plan)} for plan in config.stages()}


def _stage_facts(plan: StagePlan) -> dict[str, Any]:
    return {
        "num_blocks": plan.num_blocks,
        "in_channels": plan.in_channels,
        "out_channels": plan.out_channels,
        **({} if plan.bottleneck_channels is None else {"bottleneck_channels": plan.bottleneck_channels}),
        "groups": plan.groups,
        "dilation": plan.dilation,
        "stride": plan.stride,
        "stride_per_block": [plan.stride, *[1] * (plan.num_blocks - 1)],
        "frozen": plan.frozen,
    }
