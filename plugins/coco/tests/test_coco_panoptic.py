"""Panoptic datasets in COCO's format."""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from det_plugin_coco.panoptic_dataset_config import CocoPanopticDatasetConfig
from detcore.data import semantic_map
from detcore.errors import DatasetError
from detcore.structures import rle

CATEGORIES = [
    {"id": 9, "name": "dog", "isthing": 1},
    {"id": 3, "name": "sky", "isthing": 0},
    {"id": 2, "name": "cat", "isthing": 1},
    {"id": 12, "name": "grass", "isthing": 0},
]
IDS = np.zeros((6, 8), dtype=np.int64)
IDS[0], IDS[2:4, 1:4], IDS[5, 5:] = 70_001, 300, 5
SEGMENTS = [
    {"id": 70_001, "category_id": 12, "iscrowd": 0, "area": 8},
    {"id": 300, "category_id": 9, "iscrowd": 0, "area": 6},
    {"id": 5, "category_id": 2, "iscrowd": 1, "area": 3},
]


def write(folder: Path, **changes: Any) -> CocoPanopticDatasetConfig:
    """One picture of sky-less grass, a dog and a crowd of cats."""
    colours = np.stack([IDS // 65536, IDS // 256 % 256, IDS % 256], axis=2).astype(np.uint8)  # blue, green, red
    for name, pixels in (("images/1.png", np.full((6, 8, 3), 99, np.uint8)), ("maps/1.png", colours)):
        (folder / name).parent.mkdir()
        cv2.imwrite(str(folder / name), pixels)
    file = {
        "images": [{"id": 1, "file_name": "1.png", "height": 6, "width": 8}],
        "annotations": [{"image_id": 1, "file_name": "1.png", "segments_info": SEGMENTS}],
        "categories": CATEGORIES,
    }
    (folder / "panoptic.json").write_text(json.dumps({**file, **changes}))
    paths = {"images": "images", "maps": "maps", "annotations": "panoptic.json"}
    return CocoPanopticDatasetConfig(**{name: str(folder / path) for name, path in paths.items()})


def test_classes_of_both_kinds_come_in_the_order_of_their_ids(tmp_path):
    config = write(tmp_path)

    metadata = config.metadata()

    assert metadata == config.build().metadata
    assert (metadata.classes, metadata.category_ids) == (("cat", "dog"), (2, 9))
    assert metadata.stuff_classes == ("things", "sky", "grass")


def test_things_become_objects_with_masks_and_stuff_labels(tmp_path):
    (record,) = list(write(tmp_path).build())

    dog, cats = record["annotations"]
    assert (dog["category_id"], dog["bbox"], dog["iscrowd"]) == (1, [1, 2, 4, 4], 0)
    assert np.array_equal(rle.decode(dog["segmentation"]), IDS == 300)
    assert (cats["category_id"], cats["iscrowd"]) == (0, 1)
    labels = semantic_map(record)
    assert (labels[0] == 2).all()
    assert labels[2:4, 1:4].tolist() == [[0] * 3] * 2
    assert labels[1].tolist() == [255] * 8


def test_sizes_and_ids_are_told_without_reading_a_map(tmp_path):
    config = write(tmp_path)
    dataset = config.build()
    (tmp_path / "maps/1.png").unlink()

    assert (len(dataset), dataset.image_size(0), dataset.image_id(0)) == (1, (6, 8), 1)


def test_a_segment_without_a_pixel_is_no_object(tmp_path):
    segments = [*SEGMENTS, {"id": 77, "category_id": 9, "iscrowd": 0, "area": 4}]

    (record,) = list(
        write(tmp_path, annotations=[{"image_id": 1, "file_name": "1.png", "segments_info": segments}]).build()
    )

    assert [each["id"] for each in record["annotations"]] == [300, 5]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"annotations": []}, "lists no pictures", id="no pictures"),
        pytest.param(
            {"annotations": [{"image_id": 8, "file_name": "1.png", "segments_info": []}]},
            "annotation of 1.png: speaks of image 8, which 'images' does not list",
            id="unknown image",
        ),
        pytest.param(
            {"categories": CATEGORIES[:3]}, "segment 70001 (1.png): there is no category 12", id="unknown category"
        ),
        pytest.param(
            {"categories": [*CATEGORIES, {"id": 20, "name": "dog", "isthing": 1}]},
            "several categories of one kind are named 'dog'; rename all but one",
            id="a name twice",
        ),
        pytest.param(
            {"annotations": [{"image_id": 1, "file_name": "2.png", "segments_info": []}]},
            "2.png",
            id="no map",
        ),
        pytest.param(
            {"categories": [{"id": 1, "name": "cat"}]},
            "categories[0]: has no 'isthing'; a COCO annotation file was expected",
            id="a file of instances",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, changes, message):
    config = write(tmp_path, **changes)

    with pytest.raises(DatasetError) as caught:
        config.build()

    assert str(caught.value).startswith(str(tmp_path / "panoptic.json"))
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(("setting", "held"), [("images", "pictures"), ("maps", "maps")])
def test_a_missing_folder_is_told_before_anything_is_built(tmp_path, setting, held):
    config = write(tmp_path)
    (tmp_path / setting).rename(tmp_path / "elsewhere")

    sentence = f"{tmp_path / setting}: there is no such folder of {held}; correct '{setting}' of the dataset"
    for ask in (config.metadata, config.build):
        with pytest.raises(DatasetError, match=f"^{re.escape(sentence)}$"):
            ask()
