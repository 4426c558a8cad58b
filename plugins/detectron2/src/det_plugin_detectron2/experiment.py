"""A whole experiment from the settings of a Detectron2 config."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from det_plugin_detectron2.architectures import architecture
from det_plugin_detectron2.datasets import has_known_dataset
from det_plugin_detectron2.pictures import data
from det_plugin_detectron2.settings import Missing, Settings, Tree
from det_plugin_detectron2.solver import optimizer, schedule, training

__all__ = ["experiment"]

EVALUATORS: Final = {
    "PanopticFPN": ("semantic-iou", "panoptic-quality", "coco"),
    "SemanticSegmentor": ("semantic-iou",),
}
"""Where more than objects is measured, or other things."""


def experiment(settings: Settings) -> Mapping[str, Tree]:
    """Every table, in the order of a config file."""
    return {
        "data": data(settings),
        "model": architecture(settings),
        "weights": _weights(settings),
        "optimizer": optimizer(settings),
        "schedule": schedule(settings),
        "training": training(settings),
        "evaluation": _evaluation(settings),
        "run": _run(settings),
    }


def _weights(settings: Settings) -> Tree:
    path = settings["MODEL.WEIGHTS"]
    return {"path": path} if path.value and "://" not in path.value else None


def _evaluation(settings: Settings) -> Tree:
    augmented = settings["TEST.AUG.ENABLED"]
    views = Missing("test-time augmentation (TEST.AUG.ENABLED)", augmented, ("TEST.AUG.",)) if augmented.value else None
    return {
        "evaluators": _evaluators(settings) if has_known_dataset(settings, "DATASETS.TEST") else None,
        "test_time_augmentation": views,
    }


def _evaluators(settings: Settings) -> Tree:
    """What ``COCOEvaluator`` measures of this model."""
    kind, keypoints = settings["MODEL.META_ARCHITECTURE"], settings["MODEL.KEYPOINT_ON"]
    if kind.value == "ProposalNetwork":
        return Missing("the recall of proposals", kind)
    if kind.value in EVALUATORS:
        return [{"type": name} for name in EVALUATORS[kind.value]]
    sigmas = settings["TEST.KEYPOINT_OKS_SIGMAS"]
    return [{"type": "coco", "keypoint_sigmas": sigmas if keypoints.value and sigmas.value else None}]


def _run(settings: Settings) -> Tree:
    output, seed = settings["OUTPUT_DIR"], settings["SEED"]
    folder = PurePath(output.value)
    return {
        "name": output.becoming(folder.name) if folder.name else None,
        "directory": output.becoming(folder.parent.as_posix()),
        "seed": seed if seed.value >= 0 else None,
    }
