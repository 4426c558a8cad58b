"""From the recorded facts of a backbone (part of ``config.json``) to the config that builds the same one."""

from collections.abc import Callable
from typing import Any

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
    TopBlockConfig,
)
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
}
BASIC_STEM = "7x7 stride 2 conv, norm, relu, 3x3 stride 2 max pool padding 1"


def inexpressible_backbone(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ("fpn", "resnet"))
    if reasons:
        return reasons
    if facts["type"] == "fpn":
        return [*differences(facts, "norm", NORMS), *_inexpressible_trunk(facts["bottom_up"])]
    return _inexpressible_trunk(facts)


def _inexpressible_trunk(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ("resnet",))
    if reasons:
        return reasons
    deformable = ["deformable convolutions"] if any(facts["deform_on_per_stage"]) else []
    return [*differences(facts, "norm", NORMS), *differences(facts, "stem", (BASIC_STEM,)), *deformable]


def differences(facts: Facts, name: str, known: Any) -> list[str]:
    return [] if facts[name] in known else [f"{name} {facts[name]!r}"]


def backbone(facts: Facts) -> BackboneConfig:
    return _fpn(facts) if facts["type"] == "fpn" else _resnet(facts)


def _fpn(facts: Facts) -> FPNConfig:
    return FPNConfig(
        bottom_up=_resnet(facts["bottom_up"]),
        in_features=tuple(facts["in_features"]),
        out_channels=facts["out_channels"],
        norm=NORMS[facts["norm"]],
        fuse={"sum": "sum", "avg": "average"}[facts["fuse_type"]],
        top_block=_top_block(facts["top_block"]),
    )


def _top_block(facts: Facts | None) -> TopBlockConfig:
    if facts is None:
        return NoTopBlockConfig()
    blocks: dict[str, Callable[..., TopBlockConfig]] = {"max_pool": MaxPoolTopBlockConfig, "p6p7": P6P7TopBlockConfig}
    return blocks[facts["type"]](in_feature=facts["in_feature"])


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
    )
