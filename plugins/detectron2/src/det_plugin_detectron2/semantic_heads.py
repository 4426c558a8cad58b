"""What says of every pixel what it belongs to, and what makes one map of it and of detections."""

from collections.abc import Mapping
from typing import Any

from det_plugin_detectron2.choices import Translator
from det_plugin_detectron2.class_names import num_stuff_classes
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import norm

__all__ = ["SEMANTIC_HEADS", "merging", "weighing"]


def fpn_head(settings: Settings) -> Tree:
    """``SemSegFPNHead``."""
    own = settings.under("MODEL.SEM_SEG_HEAD")
    return {
        "type": own["NAME"].becoming("fpn"),
        "num_classes": num_stuff_classes(settings),
        "in_features": own["IN_FEATURES"],
        "conv_dims": own["CONVS_DIM"],
        "common_stride": own["COMMON_STRIDE"],
        "norm": norm(own["NORM"]),
        "loss_weight": own["LOSS_WEIGHT"],
        "ignore_value": own["IGNORE_VALUE"],
    }


SEMANTIC_HEADS: Mapping[str, Translator] = {"SemSegFPNHead": fpn_head}


def merging(settings: Settings) -> Tree:
    """The rule of ``PanopticFPN``."""
    own = settings.under("MODEL.PANOPTIC_FPN.COMBINE")
    return {
        "overlap_threshold": own["OVERLAP_THRESH"],
        "stuff_area_limit": own["STUFF_AREA_LIMIT"],
        "instance_score_threshold": own["INSTANCES_CONFIDENCE_THRESH"],
    }


def weighing(heads: Tree, factor: Setting) -> Tree:
    """ROI heads whose boxes and masks weigh so much more beside a semantic head; their classes weigh the same."""
    if factor.value == 1 or not isinstance(heads, Mapping):
        return heads
    found: dict[str, Any] = dict(heads)
    if heads["type"].value != "standard":
        raise factor.refusal(f"must be 1 with {heads['type'].value} heads; Detectron2 refuses this, too")
    predictor = found["box_predictor"]
    box_loss = {**predictor["box_loss"], "weight": _times(predictor["box_loss"]["weight"], factor)}
    found["box_predictor"] = {**predictor, "box_loss": box_loss}
    if isinstance(masks := found.get("mask_head"), Mapping):
        found["mask_head"] = _weighed_masks(masks, factor)
    return found


def _weighed_masks(head: Mapping[str, Any], factor: Setting) -> Tree:
    if head["type"].value != "fcn":
        weight = Missing("a weight of this mask head's loss (MODEL.PANOPTIC_FPN.INSTANCE_LOSS_WEIGHT)", factor)
        return {**head, "loss_weight": weight}
    return {**head, "loss_weight": factor}


def _times(weight: Setting, factor: Setting) -> Setting:
    return joined(weight.value * factor.value, weight, factor)
