"""How pictures are found, changed and brought to the model: ``[data]``."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.choices import Translator, chosen, word
from det_plugin_detectron2.class_names import class_names
from det_plugin_detectron2.datasets import test_datasets, train_datasets
from det_plugin_detectron2.settings import Missing, Settings, Tree, joined

__all__ = ["SAMPLERS", "data"]

ROOT: Final = "datasets"
"""Where Detectron2 looks for datasets unless told otherwise."""

CROPS: Final = {
    "relative": "relative",
    "relative_range": "relative-range",
    "absolute": "absolute",
    "absolute_range": "absolute-range",
}


def data(settings: Settings) -> Tree:
    """The table ``[data]``."""
    return {
        "root": ROOT,
        "classes": class_names(settings),
        "train": {
            "datasets": train_datasets(settings),
            "augmentations": train_augmentations(settings),
            "sampler": chosen(settings, "DATALOADER.SAMPLER_TRAIN", SAMPLERS, owns=("DATALOADER.REPEAT_",)),
        },
        "test": _test(settings),
        "loader": {
            "workers": settings["DATALOADER.NUM_WORKERS"],
            "aspect_ratio_grouping": settings["DATALOADER.ASPECT_RATIO_GROUPING"],
        },
    }


def shuffle(settings: Settings) -> Tree:
    """``TrainingSampler``."""
    return {"type": settings["DATALOADER.SAMPLER_TRAIN"].becoming("shuffle")}


def repeat_factor(settings: Settings) -> Tree:
    """``RepeatFactorTrainingSampler``; below a threshold of 0, which is its default, no class is rare."""
    own = settings.under("DATALOADER")
    threshold = own["REPEAT_THRESHOLD"]
    if not threshold.value:
        return {"type": joined("shuffle", own["SAMPLER_TRAIN"], threshold)}
    return {
        "type": own["SAMPLER_TRAIN"].becoming("repeat-factor"),
        "threshold": threshold,
        "square_root": own["REPEAT_SQRT"],
    }


SAMPLERS: Mapping[str, Translator] = {"RepeatFactorTrainingSampler": repeat_factor, "TrainingSampler": shuffle}


def train_augmentations(settings: Settings) -> Tree:
    """In Detectron2's order: crop, resize, colour, flip."""
    own = settings.under("INPUT")
    sizes = own["MIN_SIZE_TRAIN"]
    resize: Tree = {
        "type": "resize-shortest-edge",
        "sizes": sizes,
        "max_size": own["MAX_SIZE_TRAIN"],
        "sample": own["MIN_SIZE_TRAIN_SAMPLING"],
    }
    return [_crop(own), None if sizes.value == [0] else resize, _colour(own), _flip(own)]


def _test(settings: Settings) -> Tree:
    if not settings["DATASETS.TEST"].value:
        return None
    own = settings.under("INPUT")
    size, max_size = own["MIN_SIZE_TEST"], own["MAX_SIZE_TEST"]
    resize: Tree = {"type": "resize-shortest-edge", "sizes": size.becoming([size.value]), "max_size": max_size}
    return {"datasets": test_datasets(settings), "augmentations": [resize] if size.value else size.becoming([])}


def _crop(inputs: Settings) -> Tree:
    enabled, kind, size = inputs["CROP.ENABLED"], inputs["CROP.TYPE"], inputs["CROP.SIZE"]
    if not enabled.value:
        return None
    if (area := inputs.get("CROP.SINGLE_CATEGORY_MAX_AREA", 1.0)).value != 1.0:
        return Missing("crops that limit one category's area (INPUT.CROP.SINGLE_CATEGORY_MAX_AREA)", area)
    return {"type": enabled.becoming("random-crop"), "size": size, "mode": word(kind, CROPS)}


def _colour(inputs: Settings) -> Tree:
    colour = inputs.get("COLOR_AUG_SSD", default=False)
    return Missing("SSD's colour augmentation (INPUT.COLOR_AUG_SSD)", colour) if colour.value else None


def _flip(inputs: Settings) -> Tree:
    direction = inputs["RANDOM_FLIP"]
    if direction.value == "none":
        return None
    if direction.value not in ("horizontal", "vertical"):
        return Missing(direction.told, direction)
    return {"type": "random-flip", "probability": 0.5, "direction": direction}
