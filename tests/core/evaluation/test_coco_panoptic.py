"""Predicted segments, as COCO's panoptic files hold them."""

import numpy as np
import torch

from detcore.evaluation import panoptic_categories, panoptic_prediction
from detcore.specs import DatasetMetadata

METADATA = DatasetMetadata(classes=("cat", "dog"), category_ids=(17, 3), stuff_classes=("things", "sky", "sea"))

DOG = {"id": 70000, "isthing": True, "category_id": 1, "score": 0.5}
SEA = {"id": 2, "isthing": False, "category_id": 2}


def predicted(ids, *segments):
    return panoptic_prediction({"panoptic_seg": (torch.tensor(ids), list(segments))}, METADATA)


def test_ids_of_stuff_follow_those_of_things():
    assert panoptic_categories(METADATA) == [
        {"id": 17, "name": "cat", "isthing": 1},
        {"id": 3, "name": "dog", "isthing": 1},
        {"id": 18, "name": "sky", "isthing": 0},
        {"id": 19, "name": "sea", "isthing": 0},
    ]


def test_colours_are_ids():
    colours, _ = predicted([[70000, 2, 0]], DOG, SEA)

    assert colours.tolist() == [[[112, 17, 1], [2, 0, 0], [0, 0, 0]]]
    assert colours.dtype == np.uint8


def test_segments_have_category_area_and_box():
    _, segments = predicted([[0, 70000, 70000, 2], [0, 0, 70000, 2]], DOG, SEA)

    assert segments == [
        {"id": 70000, "category_id": 3, "area": 3, "bbox": [1, 0, 2, 2], "iscrowd": 0, "score": 0.5},
        {"id": 2, "category_id": 19, "area": 2, "bbox": [3, 0, 1, 2], "iscrowd": 0},
    ]


def test_pixels_of_what_is_not_listed_belong_to_nothing():
    colours, segments = predicted([[70000, 2]], SEA)

    assert colours.tolist() == [[[0, 0, 0], [2, 0, 0]]]
    assert [segment["id"] for segment in segments] == [2]


def test_nothing_at_all():
    colours, segments = predicted([[0, 0]])

    assert (colours.any(), segments) == (False, [])


def test_a_listed_segment_without_pixels_has_no_area():
    assert predicted([[0]], SEA)[1][0]["bbox"] == [0, 0, 0, 0]
