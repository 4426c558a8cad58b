"""ResNet as Detectron2's newer configs spell it out: a call for the stem and one for every stage."""

from typing import Final

from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import norm
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["resnet"]

BASIC: Final = "BasicBlock"
BOTTLENECK: Final = "BottleneckBlock"

DEPTHS: Final = {
    (BASIC, 2, 2, 2, 2): 18,
    (BASIC, 3, 4, 6, 3): 34,
    (BOTTLENECK, 3, 4, 6, 3): 50,
    (BOTTLENECK, 3, 4, 23, 3): 101,
    (BOTTLENECK, 3, 8, 36, 3): 152,
}
"""Layers by the blocks of res2 to res5."""


def resnet(settings: Settings) -> Tree:
    """``ResNet`` with a ``BasicStem``; its stages are taken to be made alike, as published ones are."""
    stages = [settings.under(f"stages.{index}") for index in range(4) if f"stages.{index}.num_blocks" in settings]
    stem = settings.under("stem")
    depth = _depth(stages)
    if depth is None:
        return Missing("a ResNet of these stages", settings[TARGET_KEY], settings.owned())
    first, last = stages[0], stages[-1]
    groups = first.get("num_groups", 1)
    return {
        "type": settings[TARGET_KEY].becoming("resnet"),
        "depth": depth,
        "norm": norm(stem.get("norm", "BN")),
        "freeze_at": settings.get("freeze_at", 0),
        "out_features": settings["out_features"],
        "stem_out_channels": stem.get("out_channels", 64),
        "res2_out_channels": first["out_channels"],
        "groups": groups,
        "width_per_group": _width(first, groups),
        "stride_in_1x1": first.get("stride_in_1x1", default=False),
        "res5_dilation": last.get("dilation", 1),
    }


def _depth(stages: list[Settings]) -> Setting | None:
    """The depth whose blocks these are."""
    if not stages:
        return None
    kind, counts = stages[0].get("block_class", ""), [_counted(stage["num_blocks"]) for stage in stages]
    blocks = (str(kind.value).rpartition(".")[2], *(count.value for count in counts))
    return joined(DEPTHS[blocks], kind, *counts) if blocks in DEPTHS else None


def _width(stage: Settings, groups: Setting) -> Setting | None:
    """Channels of one group of a bottleneck; basic blocks have none."""
    if "bottleneck_channels" not in stage:
        return None
    channels = _counted(stage["bottleneck_channels"])
    return joined(channels.value // _counted(groups).value, channels, groups)


def _counted(setting: Setting) -> Setting:
    """The setting, known to be a number of things; calls have no schema that would have said so."""
    if type(setting.value) is not int or setting.value < 1:
        raise setting.refusal(f"must be a whole number from 1, not {setting.value!r}")
    return setting
