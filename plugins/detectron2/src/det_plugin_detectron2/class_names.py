"""The classes of the datasets that Detectron2 knows by name, and whether a model has as many."""

from collections.abc import Sequence
from typing import Final

from det_plugin_detectron2.datasets import Kind, known_datasets
from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.stored import stored

__all__ = ["COCO_CLASSES", "class_names", "num_classes"]

COCO_CLASSES: Final[Sequence[str]] = tuple(stored("coco_classes.json"))
"""Of COCO's objects, in the order of their class ids: https://cocodataset.org."""

COUNTS: Final = {"RetinaNet": "MODEL.RETINANET.NUM_CLASSES", "ProposalNetwork": None}
"""Where an architecture says how many classes it has, if not among the ROI heads; ``None``: it has none."""


def class_names(settings: Settings) -> Tree:
    """Names of the classes; left out where they are not known, or are not as many as the model's."""
    names = _of_datasets(settings)
    architecture = settings["MODEL.META_ARCHITECTURE"].value
    key = COUNTS.get(architecture, "MODEL.ROI_HEADS.NUM_CLASSES")
    fit = key is None or len(names) == settings[key].value
    return settings["DATASETS.TRAIN"].becoming(names) if names and fit else None


def num_classes(settings: Settings, key: str) -> Setting:
    """The number of classes, as that of the data where it is the same."""
    count, names = settings[key], _of_datasets(settings)
    if names and len(names) != count.value:
        return count.becoming(count.value, f"the datasets have {len(names)} classes, so data.classes is left out")
    return count.becoming("${data.num_classes}") if names else count


def _of_datasets(settings: Settings) -> list[str]:
    names = settings["DATASETS.TRAIN"].value
    known = known_datasets(names)
    kinds = {kind for kind, _, _ in known} if len(known) == len(names) else set()
    if kinds == {Kind.OBJECTS}:
        return list(COCO_CLASSES)
    return ["person"] if kinds == {Kind.KEYPOINTS} else []
