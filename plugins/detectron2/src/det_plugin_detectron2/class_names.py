"""The classes of the datasets that Detectron2 knows by name, and whether a model has as many."""

from collections.abc import Sequence
from typing import Final

from det_plugin_detectron2.datasets import Kind, known_datasets
from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.stored import stored

__all__ = ["COCO_CLASSES", "class_names", "num_classes", "num_stuff_classes"]

COCO_CLASSES: Final[Sequence[str]] = tuple(stored("coco_classes.json"))
"""Of COCO's objects, in the order of their class ids: https://cocodataset.org."""

COCO_STUFF_CLASSES: Final = 54
"""Labels of COCO's panoptic maps: all things together, and 53 kinds of stuff."""

COUNTS: Final = {"RetinaNet": "MODEL.RETINANET.NUM_CLASSES", "ProposalNetwork": None, "SemanticSegmentor": None}
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


def num_stuff_classes(settings: Settings) -> Setting:
    """The number of labels of a semantic map, with a note where the data have another."""
    count = settings["MODEL.SEM_SEG_HEAD.NUM_CLASSES"]
    if not _kinds(settings) or not _kinds(settings) <= set(Kind.with_maps()):
        return count
    if count.value == COCO_STUFF_CLASSES:
        return count  # the number, not a reference to it: that could only be resolved where the data are
    return count.becoming(count.value, f"the datasets have {COCO_STUFF_CLASSES} labels")


def _of_datasets(settings: Settings) -> list[str]:
    kinds = _kinds(settings)
    if kinds == {Kind.KEYPOINTS}:
        return ["person"]
    return list(COCO_CLASSES) if kinds and Kind.KEYPOINTS not in kinds else []


def _kinds(settings: Settings) -> set[Kind]:
    """Kinds of the training datasets; none where one of them is not known."""
    names = settings["DATASETS.TRAIN"].value
    known = known_datasets(names)
    return {dataset.kind for dataset in known} if len(known) == len(names) else set()
