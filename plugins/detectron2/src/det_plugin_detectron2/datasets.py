"""Datasets that Detectron2 knows by name, where its users keep them: below ``DETECTRON2_DATASETS``."""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from attrs import frozen

from det_plugin_detectron2.proposal_files import with_proposals
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree

__all__ = ["Kind", "KnownDataset", "has_known_dataset", "known_datasets", "test_datasets", "train_datasets"]


class Kind(Enum):
    """Which annotations a dataset has."""

    OBJECTS = "instances"
    KEYPOINTS = "person_keypoints"
    PANOPTIC = "panoptic"
    STUFF = "panoptic_stuff"

    @classmethod
    def with_maps(cls) -> "tuple[Kind, ...]":
        """Those that say something of every pixel."""
        return (cls.PANOPTIC, cls.STUFF)


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

WITH_MAPS: Final = {
    "_panoptic": Kind.PANOPTIC,
    "_panoptic_separated": Kind.PANOPTIC,
    "_panoptic_stuffonly": Kind.STUFF,
}
"""Endings of the names of COCO's panoptic datasets, which are all one here: its maps hold both things and stuff."""

OBJECTS_OF_MAPS: Final = "objects are those of the panoptic maps, not of instances_*.json"


@frozen
class KnownDataset:
    """A dataset whose files are known."""

    kind: Kind
    images: str
    """Folder of the pictures, below the root."""

    annotations: str
    maps: str = ""
    """Folder of the maps of segments, if any."""

    note: str = ""
    """In what it differs from what Detectron2 reads."""


def train_datasets(settings: Settings) -> Tree:
    """``data.train.datasets``; pictures without objects are left out as Detectron2 leaves them out."""
    names = settings["DATASETS.TRAIN"]
    if not names.value:
        return Missing("a training dataset (DATASETS.TRAIN is empty)", names)
    tables: list[Tree] = []
    for name in names.value:
        known = _known(name)
        if known is None:
            tables.append(_unknown(name, names))
        else:
            filtered = {"filter_empty": _filter_empty(settings, known.kind), "min_keypoints": _min_keypoints(settings)}
            tables.append({**_table(names, known), **filtered})
    return with_proposals(settings, tables, "TRAIN")


def test_datasets(settings: Settings) -> Tree:
    """``data.test.datasets``."""
    names = settings["DATASETS.TEST"]
    tables: list[Tree] = [
        _table(names, known) if (known := _known(name)) else _unknown(name, names) for name in names.value
    ]
    return with_proposals(settings, tables, "TEST")


def has_known_dataset(settings: Settings, key: str) -> bool:
    """Whether any of the datasets that a key lists can be read."""
    return bool(known_datasets(settings[key].value))


def known_datasets(names: Iterable[str]) -> list[KnownDataset]:
    """Those of some datasets that can be read."""
    return [known for name in names if (known := _known(name))]


def _filter_empty(settings: Settings, kind: Kind) -> Tree:
    filtering = settings["DATALOADER.FILTER_EMPTY_ANNOTATIONS"]
    if kind is Kind.STUFF:
        return filtering.becoming(None, "left out: pictures of which only labels are learned are never left out")
    if kind is Kind.PANOPTIC and filtering.value:
        return Missing("leaving out pictures without things (DATALOADER.FILTER_EMPTY_ANNOTATIONS)", filtering)
    return filtering.becoming(None, "left out: no picture is left out") if kind is Kind.PANOPTIC else filtering


def _min_keypoints(settings: Settings) -> Tree:
    """Detectron2 trains keypoints without the pictures that show fewer than this."""
    least = settings["MODEL.ROI_KEYPOINT_HEAD.MIN_KEYPOINTS_PER_IMAGE"]
    if not settings["MODEL.KEYPOINT_ON"].value or least.value < 1:
        return None
    return least


def _unknown(name: str, names: Setting) -> Missing:
    return Missing(f"dataset {name!r} ({names.sources[0].key})", names)


def _table(names: Setting, known: KnownDataset) -> dict[str, Tree]:
    table: dict[str, Tree] = {
        "type": names.becoming("coco-panoptic" if known.maps else "coco", known.note),
        "images": names.becoming(f"${{data.root}}/{known.images}"),
        "annotations": names.becoming(f"${{data.root}}/{known.annotations}"),
    }
    return {**table, "maps": names.becoming(f"${{data.root}}/{known.maps}")} if known.maps else table


def _known(name: str) -> KnownDataset | None:
    family, _, split = name.partition("coco_")
    if family == "" and split in UNANNOTATED:
        return KnownDataset(Kind.OBJECTS, "coco/test2017", f"coco/annotations/{UNANNOTATED[split]}.json")
    if family == "" and "_panoptic" in split:
        return _known_maps(split)
    kind = {"": Kind.OBJECTS, "keypoints_": Kind.KEYPOINTS}.get(family)
    if kind is None or split not in SPLITS:
        return None
    images, ending = SPLITS[split]
    return KnownDataset(kind, f"coco/{images}", f"coco/annotations/{kind.value}_{ending}.json")


def _known_maps(split: str) -> KnownDataset | None:
    year, separator, ending = split.partition("_panoptic")
    kind = WITH_MAPS.get(separator + ending)
    if kind is None or not year.startswith("2017") or year not in SPLITS:
        return None
    images, name = SPLITS[year]
    note = OBJECTS_OF_MAPS if kind is Kind.PANOPTIC else ""
    maps, annotations = f"coco/panoptic_{name}", f"coco/annotations/panoptic_{name}.json"
    return KnownDataset(kind, f"coco/{images}", annotations, maps, note)
