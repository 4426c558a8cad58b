"""Detectors of one stage, spelt out as calls."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.choices import word
from det_plugin_detectron2.part_calls import class_name, pixels
from det_plugin_detectron2.settings import Missing, Settings, Tree
from det_plugin_detectron2.shared_parts import HEAD_NORMS, detections_per_image
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["dense_detector"]

HEADS: Final = {"retinanet": "RetinaNetHead", "fcos": "FCOSHead"}

DEFAULTS: Final = {"retinanet": (0.05, 0.5), "fcos": (0.2, 0.6)}
"""Thresholds of scores and overlaps where none are written."""


def dense_detector(settings: Settings, kind: str) -> Mapping[str, Tree]:
    """What all of them have, but for the calls of their parts."""
    return {
        "type": settings[TARGET_KEY].becoming(kind),
        **pixels(settings),
        "num_classes": settings["num_classes"],
        "in_features": _in_features(settings),
        "head": _head(settings.under("head"), HEADS[kind]),
        "focal_alpha": settings.get("focal_loss_alpha", 0.25),
        "focal_gamma": settings.get("focal_loss_gamma", 2.0),
        "selection": _selection(settings, *DEFAULTS[kind]),
    }


def _in_features(settings: Settings) -> Tree:
    if "head_in_features" in settings:
        return settings["head_in_features"]
    return Missing("every map of the backbone, whichever they are (no head_in_features)", settings[TARGET_KEY])


def _head(head: Settings, wanted: str) -> Tree:
    if (name := class_name(kind := head[TARGET_KEY])) != wanted:
        return Missing(name, kind, head.owned())
    return {
        "conv_dims": head["conv_dims"],
        "norm": word(head.get("norm", ""), HEAD_NORMS),
        "prior": head.get("prior_prob", 0.01),
    }


def _selection(settings: Settings, score_threshold: float, nms_threshold: float) -> Tree:
    return {
        "score_threshold": settings.get("test_score_thresh", score_threshold),
        "topk_candidates": settings.get("test_topk_candidates", 1000),
        "nms_threshold": settings.get("test_nms_thresh", nms_threshold),
        "detections_per_image": detections_per_image(settings.get("max_detections_per_image", 100)),
    }
