"""ResNet as Detectron2's newer configs spell it out: a call for the stem and one for every stage, or one for all."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.backbones import freeze_at
from det_plugin_detectron2.part_calls import class_name, counted, listed
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import norm
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["BASIC", "BOTTLENECK", "DEFAULT_STAGES", "DEFORMABLE", "resnet"]

BASIC: Final = "BasicBlock"
BOTTLENECK: Final = "BottleneckBlock"
DEFORMABLE: Final = "DeformBottleneckBlock"

DEPTHS: Final = {
    (BASIC, 2, 2, 2, 2): 18,
    (BASIC, 3, 4, 6, 3): 34,
    (BOTTLENECK, 3, 4, 6, 3): 50,
    (BOTTLENECK, 3, 4, 23, 3): 101,
    (BOTTLENECK, 3, 8, 36, 3): 152,
}
"""Layers by the blocks of res2 to res5; of a network that ends earlier, by as many of them."""

DEFAULT_STAGES: Final = "make_default_stages"
"""The call that makes all four stages, of the widths in the paper."""


def resnet(settings: Settings) -> Tree:
    """``ResNet`` with a ``BasicStem``; its stages are taken to be made alike, as published ones are."""
    stem = settings.under("stem")
    stages = _stages(settings)
    if stages is None:
        return Missing("a ResNet of these stages", settings[TARGET_KEY], settings.owned())
    return {
        "type": settings[TARGET_KEY].becoming("resnet"),
        "norm": norm(stem.get("norm", "BN")),
        "freeze_at": freeze_at(settings.get("freeze_at", 0), listed(settings["out_features"])),
        "out_features": settings["out_features"],
        "stem_out_channels": stem.get("out_channels", 64),
        **stages,
    }


def _stages(settings: Settings) -> Mapping[str, Tree] | None:
    """What the stages say; ``None`` where they are no network of a published depth."""
    whole = settings.under("stages")
    if TARGET_KEY in whole and class_name(whole[TARGET_KEY]) == DEFAULT_STAGES:
        return {"depth": joined(whole["depth"].value, whole["depth"], whole[TARGET_KEY]), **_convolutions(whole)}
    stages = [settings.under(f"stages.{index}") for index in range(4) if f"stages.{index}.num_blocks" in settings]
    depth = _depth(stages)
    if depth is None:
        return None
    first, last = stages[0], stages[-1]
    groups = first.get("num_groups", 1)
    return {
        "depth": depth,
        **_convolutions(first),
        "res2_out_channels": first["out_channels"],
        "groups": groups,
        "width_per_group": _width(first, groups),
        "res5_dilation": last.get("dilation", 1) if len(stages) == 4 else None,
        **_deformation(stages),
    }


def _convolutions(stage: Settings) -> Mapping[str, Tree]:
    return {"stride_in_1x1": stage.get("stride_in_1x1", default=False)}


def _depth(stages: list[Settings]) -> Setting | None:
    """The depth whose blocks these are; of several, the smallest."""
    kinds = [stage.get("block_class", "") for stage in stages]
    counts = [counted(stage["num_blocks"]) for stage in stages]
    names = {_undeformed(kind) for kind in kinds}
    blocks = (*names, *(count.value for count in counts))
    depths = [depth for known, depth in DEPTHS.items() if known[: len(blocks)] == blocks]
    return joined(depths[0], *kinds, *counts) if stages and depths else None


def _undeformed(kind: Setting) -> str:
    return BOTTLENECK if class_name(kind) == DEFORMABLE else class_name(kind)


def _width(stage: Settings, groups: Setting) -> Setting | None:
    """Channels of one group of a bottleneck; basic blocks have none."""
    if "bottleneck_channels" not in stage:
        return None
    channels = counted(stage["bottleneck_channels"])
    return joined(channels.value // counted(groups).value, channels, groups)


def _deformation(stages: list[Settings]) -> Mapping[str, Tree]:
    """The stages that learn where to look."""
    kinds = {f"res{index}": stage.get("block_class", "") for index, stage in enumerate(stages, start=2)}
    deformable = {name: kind for name, kind in kinds.items() if class_name(kind) == DEFORMABLE}
    if not deformable:
        return {}
    stage = stages[int(next(iter(deformable)).removeprefix("res")) - 2]
    return {
        "deformable_stages": joined(list(deformable), *deformable.values()),
        "deformable_groups": stage.get("deform_num_groups", 1),
        "deformable_modulated": stage.get("deform_modulated", default=False),
    }
