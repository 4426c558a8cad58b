"""Calls without calls inside them, and what all translations of calls need."""

from collections.abc import Mapping

from det_plugin_detectron2.choices import word
from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import assigner, box_coder, grid_anchors, pooler
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["anchors", "box_transform", "class_name", "listed", "matcher", "max_pool", "p6p7", "pixels", "roi_pooler"]


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
    return box_coder(settings["weights"])


def roi_pooler(settings: Settings) -> Tree:
    """``ROIPooler``."""
    return pooler(settings["pooler_type"], settings["output_size"], settings["sampling_ratio"])


def class_name(target: Setting) -> str:
    """The class, without the module it lies in."""
    return str(target.value).rpartition(".")[2]


def listed(setting: Setting, *, at_least: int = 0) -> Setting:
    """The setting, known to be a list; calls have no schema that would have said so."""
    if not isinstance(setting.value, list) or len(setting.value) < at_least:
        raise setting.refusal(f"must be a list of at least {at_least}, not {setting.value!r}")
    return setting
