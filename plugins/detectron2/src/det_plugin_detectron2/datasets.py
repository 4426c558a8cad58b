"""Datasets that Detectron2 knows by name, where its users keep them: below ``DETECTRON2_DATASETS``."""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from det_plugin_detectron2.settings import Missing, Settings, Tree

__all__ = ["Kind", "has_known_dataset", "known_datasets", "test_datasets", "train_datasets"]


class Kind(Enum):
    """Which annotations a dataset has."""

    OBJECTS = "instances"
    KEYPOINTS = "person_keypoints"


SPLITS: Final = {
    "2014_train": ("train2014", "train2014"),
    "2014_val": ("val2014", "val2014"),
    "2014_minival": ("val2014", "minival2014"),
    "2014_valminusminival": ("val2014", "valminusminival2014"),
    "2017_train": ("train2017", "train2017"),
    "2017_val": ("val2017", "val2017"),
    "2017_val_100": ("val2017", "val2017_100"),
}
"""Of COCO: the folder of pictures and the ending of the annotations' name."""

UNANNOTATED: Final = {"2017_test": "image_info_test2017", "2017_test-dev": "image_info_test-dev2017"}

Known = tuple[Kind, str, str]
"""Kind, folder of pictures and file of annotations, below the root."""


def train_datasets(settings: Settings) -> Tree:
    """``data.train.datasets``; pictures without objects are left out as Detectron2 leaves them out."""
    names = settings["DATASETS.TRAIN"]
    if not names.value:
        return Missing("a training dataset (DATASETS.TRAIN is empty)", names)
    tables = _tables(settings, "DATASETS.TRAIN")
    filtered = {
        "filter_empty": settings["DATALOADER.FILTER_EMPTY_ANNOTATIONS"],
        "min_keypoints": _min_keypoints(settings),
    }
    return [table if isinstance(table, Missing) else {**table, **filtered} for table in tables]


def test_datasets(settings: Settings) -> Tree:
    """``data.test.datasets``."""
    return list(_tables(settings, "DATASETS.TEST"))


def has_known_dataset(settings: Settings, key: str) -> bool:
    """Whether any of the datasets that a key lists can be read."""
    return bool(known_datasets(settings[key].value))


def known_datasets(names: Iterable[str]) -> list[Known]:
    """Those of some datasets that can be read."""
    return [known for name in names if (known := _known(name))]


def _min_keypoints(settings: Settings) -> Tree:
    """Detectron2 trains keypoints without the pictures that show fewer than this."""
    least = settings["MODEL.ROI_KEYPOINT_HEAD.MIN_KEYPOINTS_PER_IMAGE"]
    if not settings["MODEL.KEYPOINT_ON"].value or least.value < 1:
        return None
    return least


def _tables(settings: Settings, key: str) -> Iterable["dict[str, Tree] | Missing"]:
    names = settings[key]
    for name in names.value:
        known = _known(name)
        if known is None:
            yield Missing(f"dataset {name!r} ({key})", names)
        else:
            _, images, annotations = known
            yield {
                "type": names.becoming("coco"),
                "images": names.becoming(f"${{data.root}}/{images}"),
                "annotations": names.becoming(f"${{data.root}}/{annotations}"),
            }


def _known(name: str) -> Known | None:
    family, _, split = name.partition("coco_")
    if family == "" and split in UNANNOTATED:
        return Kind.OBJECTS, "coco/test2017", f"coco/annotations/{UNANNOTATED[split]}.json"
    kind = {"": Kind.OBJECTS, "keypoints_": Kind.KEYPOINTS}.get(family)
    if kind is None or split not in SPLITS:
        return None
    images, ending = SPLITS[split]
    return kind, f"coco/{images}", f"coco/annotations/{kind.value}_{ending}.json"
