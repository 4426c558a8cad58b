"""Arguments that follow from others in a model spelt out as calls, and have no place of their own here.

Detectron2 takes each as it is written, and builds another model where one says otherwise than the rest.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from det_plugin_detectron2.part_calls import class_name, counted, listed
from det_plugin_detectron2.resnet_calls import BASIC, BOTTLENECK, DEFAULT_STAGES, DEFORMABLE
from det_plugin_detectron2.settings import Setting, Settings
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["Following", "following_arguments", "makes_no_difference"]

Following = tuple[Setting, Any]
"""An argument, and the value that the others imply."""

HELPERS: Final = (
    "BasicStem",
    "FCOSHead",
    "RetinaNetHead",
    "ShapeSpec",
    "StandardRPNHead",
    DEFAULT_STAGES,
    "make_stage",
)
"""Calls that are understood as a part of those around them."""

INPUTS: Final = re.compile(r"(^|\.)(in_channels|input_shape\..*)$")
"""What a part is told of what comes in: Detectron2 itself stops where that is wrong."""

WITHOUT_EFFECT: Final = ("vis_period", "use_act_checkpoint", "_convert_", "_recursive_", "_partial_")

LEVEL: Final = re.compile(r"(res|p)(\d)")


def following_arguments(settings: Settings) -> Iterator[tuple[Setting, Following]]:
    """The call each belongs to, and the argument; an argument that is not written has the default of its class."""
    for key in settings:
        name, _, last = f".{key}".rpartition(".")
        rule = RULES.get(class_name(settings[key])) if last == TARGET_KEY else None
        if rule is not None:
            part = settings.under(name[1:]) if name else settings
            yield from ((settings[key], each) for each in rule(part, settings))


def makes_no_difference(key: str, value: object, calls: Mapping[str, object]) -> bool:
    """Whether the model is the same whatever an argument says, which nothing read; ``calls`` are those understood."""
    if key.rpartition(".")[2] == TARGET_KEY:
        return (name := str(value).rpartition(".")[2]) in HELPERS or name in calls
    return value is None or bool(INPUTS.search(key)) or key.rpartition(".")[2] in WITHOUT_EFFECT


def _trunk(resnet: Settings, _: Settings) -> Iterator[Following]:
    norm, whole = resnet.get("stem.norm", "BN").value, resnet.under("stages")
    if TARGET_KEY in whole:
        yield whole.get("norm", "BN"), norm
        if "block_class" in whole:
            yield _class_of(whole["block_class"]), BASIC if counted(whole["depth"]).value < 50 else BOTTLENECK
        return
    stages = [resnet.under(f"stages.{index}") for index in range(4) if f"stages.{index}.num_blocks" in resnet]
    for index, stage in enumerate(stages):
        yield stage.get("norm", "BN"), norm
        yield from _stage(stage, stages[0], index)
    deformable = [stage for stage in stages if class_name(stage.get("block_class", "")) == DEFORMABLE]
    for stage in deformable[1:]:
        yield from _as_in(stage, deformable[0], {"deform_num_groups": 1, "deform_modulated": False})


def _stage(stage: Settings, first: Settings, index: int) -> Iterator[Following]:
    """Each stage but the first halves the map and doubles the channels; the last may be dilated instead."""
    dilation = stage.get("dilation", 1)
    is_dilated = index == 3 and dilation.value != 1
    yield _strided(stage.get("stride_per_block", [1]), 1 if index == 0 or is_dilated else 2)
    if index < 3:
        yield dilation, 1
    for key in ("out_channels", "bottleneck_channels"):
        if key in stage and key in first:
            yield stage[key], counted(first[key]).value << index
    yield from _as_in(stage, first, {"num_groups": 1, "stride_in_1x1": False})


def _pyramid(fpn: Settings, _: Settings) -> Iterator[Following]:
    yield from _written(fpn, "top_block.out_channels", fpn["out_channels"].value)


def _rpn(rpn: Settings, model: Settings) -> Iterator[Following]:
    yield from _anchors(rpn, rpn["in_features"], model)
    yield from _written(rpn, "head.box_dim", 4)


def _retinanet(retinanet: Settings, model: Settings) -> Iterator[Following]:
    yield from _written(retinanet, "head.num_classes", retinanet["num_classes"].value)
    if "head_in_features" in retinanet:
        yield from _anchors(retinanet, retinanet["head_in_features"], model)


def _fcos(fcos: Settings, _: Settings) -> Iterator[Following]:
    yield from _written(fcos, "head.num_classes", fcos["num_classes"].value)
    yield from _written(fcos, "head.num_anchors", 1)


def _anchors(settings: Settings, features: Setting, model: Settings) -> Iterator[Following]:
    sizes, ratios = (settings.get(f"anchor_generator.{key}", None).value for key in ("sizes", "aspect_ratios"))
    if isinstance(sizes, list) and isinstance(ratios, list):
        yield from _written(settings, "head.num_anchors", _of_one_place(sizes) * _of_one_place(ratios))
    if strides := _strides(features, model):
        yield from _written(settings, "anchor_generator.strides", strides)


def _of_one_place(levels: list[Any]) -> int:
    """How many there are, where each level may have a list of its own."""
    return len(levels[0]) if levels and isinstance(levels[0], list) else len(levels)


def _pyramid_heads(heads: Settings, model: Settings) -> Iterator[Following]:
    features = heads["box_in_features"]
    yield from _classes(heads)
    for part in ("box", "mask", "keypoint"):
        yield from _scales(heads, f"{part}_pooler", features, model)
        yield from _written(heads, f"{part}_in_features", features.value)


def _cascade_heads(heads: Settings, model: Settings) -> Iterator[Following]:
    yield from _pyramid_heads(heads, model)
    for key in heads:
        parts, index, rest = (*key.split(".", 2), "", "")[:3]
        if parts == "box_predictors" and rest == "num_classes":
            yield heads[key], heads["num_classes"].value
        elif _is_of_later_head(parts, index, rest) and f"{parts}.0.{rest}" in heads:
            yield heads[key], heads[f"{parts}.0.{rest}"].value


def _is_of_later_head(part: str, index: str, argument: str) -> bool:
    """Whether all stages have it alike, as all but the ways to tell boxes is."""
    return part in ("box_heads", "box_predictors") and index != "0" and not argument.startswith("box2box_transform")


def _res5_heads(heads: Settings, model: Settings) -> Iterator[Following]:
    yield from _classes(heads)
    yield from _scales(heads, "pooler", heads["in_features"], model)
    strides = heads["res5.stride_per_block"]
    yield _strided(strides, strides.value[0])


def _classes(heads: Settings) -> Iterator[Following]:
    count = heads["num_classes"].value
    yield from _written(heads, "box_predictor.num_classes", count)
    if heads.get("mask_head.num_classes", 1).value != 1:
        yield heads["mask_head.num_classes"], count


def _scales(heads: Settings, pooler: str, features: Setting, model: Settings) -> Iterator[Following]:
    if strides := _strides(features, model):
        yield from _written(heads, f"{pooler}.scales", [1 / stride for stride in strides])


def _vit(vit: Settings, _: Settings) -> Iterator[Following]:
    yield from _written(vit, "rel_pos_zero_init", True)


RULES: Final[Mapping[str, Callable[[Settings, Settings], Iterator[Following]]]] = {
    "CascadeROIHeads": _cascade_heads,
    "FCOS": _fcos,
    "FPN": _pyramid,
    "RPN": _rpn,
    "Res5ROIHeads": _res5_heads,
    "ResNet": _trunk,
    "RetinaNet": _retinanet,
    "SimpleFeaturePyramid": _pyramid,
    "StandardROIHeads": _pyramid_heads,
    "ViT": _vit,
}
"""From a call and the whole model to what follows of its arguments."""


def _strides(features: Setting, model: Settings) -> list[int] | None:
    """Of maps with the usual names; ``None`` where a name or the backbone is another."""
    names = [LEVEL.fullmatch(str(name)) for name in listed(features).value]
    if not all(names) or any(model[key].value != 16 for key in model if key.endswith(".patch_size")):
        return None
    dilated = any(model[key].value != 1 for key in model if key.endswith("stages.3.dilation"))
    levels = [int(name[2]) for name in names if name]
    return [2 ** (level - (dilated and level >= 5)) for level in levels]


def _strided(strides: Setting, first: int) -> Following:
    """Only the first block of a stage may skip pixels."""
    return strides, [first] + [1] * (len(listed(strides).value) - 1)


def _as_in(stage: Settings, other: Settings, defaults: Mapping[str, Any]) -> Iterator[Following]:
    for key, default in defaults.items():
        yield stage.get(key, default), other.get(key, default).value


def _written(settings: Settings, key: str, expected: Any) -> Iterator[Following]:
    if key in settings and settings[key].value is not None:
        yield settings[key], expected


def _class_of(setting: Setting) -> Setting:
    return setting.becoming(class_name(setting))
