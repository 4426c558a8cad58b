"""Calls without calls inside them, and what all translations of calls need."""

from collections.abc import Mapping

from det_plugin_detectron2.choices import word
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import assigner, box_coder, grid_anchors, pooler
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = [
    "anchors",
    "box_transform",
    "class_name",
    "counted",
    "linear_box_transform",
    "listed",
    "matcher",
    "max_pool",
    "p6p7",
    "pixels",
    "roi_pooler",
]


def pixels(settings: Settings) -> Mapping[str, Tree]:
    """How a model takes pictures; without an ``input_format`` in the data loader's order of channels, mostly BGR."""
    order = settings.get("input_format", None)
    return {
        "channel_order": order if order.value is None else word(order, {"BGR": "BGR", "RGB": "RGB"}),
        "pixel_mean": settings["pixel_mean"],
        "pixel_std": settings["pixel_std"],
    }


def max_pool(settings: Settings) -> Tree:
    """``LastLevelMaxPool``."""
    return {"type": settings[TARGET_KEY].becoming("max-pool"), "in_feature": "p5"}


def p6p7(settings: Settings) -> Tree:
    """``LastLevelP6P7``."""
    return {"type": settings[TARGET_KEY].becoming("p6p7"), "in_feature": settings.get("in_feature", "res5")}


def anchors(settings: Settings) -> Tree:
    """``DefaultAnchorGenerator``."""
    kind = settings[TARGET_KEY].becoming("grid")
    sizes, ratios = listed(settings["sizes"]), listed(settings["aspect_ratios"])
    return grid_anchors(kind, sizes, ratios, settings.get("offset", 0.5))


def matcher(settings: Settings) -> Tree:
    """``Matcher``."""
    low_quality = settings.get("allow_low_quality_matches", default=False)
    return assigner(settings["thresholds"], settings["labels"], low_quality=low_quality)


def box_transform(settings: Settings) -> Tree:
    """``Box2BoxTransform``."""
    clamp = {"scale_clamp": settings["scale_clamp"]} if "scale_clamp" in settings else {}
    return {**box_coder(settings["weights"]), **clamp}


def linear_box_transform(settings: Settings) -> Tree:
    """``Box2BoxTransformLinear``, in multiples of the anchor's size."""
    by_size = settings.get("normalize_by_size", default=True)
    if not by_size.value:
        return Missing("distances in pixels (normalize_by_size)", by_size, settings.owned())
    return {"type": joined("linear", settings[TARGET_KEY], by_size)}


def roi_pooler(settings: Settings) -> Tree:
    """``ROIPooler``."""
    made = pooler(settings["pooler_type"], _side(settings["output_size"]), settings["sampling_ratio"])
    if isinstance(made, Missing):
        return made
    named = ("canonical_box_size", "canonical_level")
    return {**made, **{name: settings[name] for name in named if name in settings}}


def class_name(target: Setting) -> str:
    """The class, without the module it lies in."""
    return str(target.value).rpartition(".")[2]


def listed(setting: Setting, *, at_least: int = 0) -> Setting:
    """The setting, known to be a list; calls have no schema that would have said so."""
    if not isinstance(setting.value, list) or len(setting.value) < at_least:
        raise setting.refusal(f"must be a list of at least {at_least}, not {setting.value!r}")
    return setting


def counted(setting: Setting) -> Setting:
    """The setting, known to be a number of things; calls have no schema that would have said so."""
    if type(setting.value) is not int or setting.value < 1:
        raise setting.refusal(f"must be a whole number from 1, not {setting.value!r}")
    return setting


def _side(size: Setting) -> Setting:
    """The side of a square, which may be told as height and width."""
    if not isinstance(size.value, list):
        return size
    if len(set(size.value)) != 1:
        raise size.refusal(f"must be as high as wide, not {size.value!r}")
    return size.becoming(size.value[0])
