"""What the embedded dataset promises about its pictures and annotations."""

import hashlib
import pickle
import subprocess
import sys
from functools import cache

import cv2
import numpy as np
import pytest

from detcore.data.shapes import ShapesConfig, ShapesDataset, dataset, scene
from detcore.data.shapes.vocabulary import CLASSES, KEYPOINT_FLIP, KEYPOINTS, STUFF_CLASSES
from detcore.structures import rle

SMALL = 32**2
"""Pixels; COCO's bound."""


@cache
def records(number=150):
    shapes = ShapesConfig(num_images=number).build()
    return [shapes[index] for index in range(number)]


def annotations():
    return [annotation for record in records() for annotation in record["annotations"]]


def digest(record):
    parts = (record["image"].tobytes(), repr(record["annotations"]).encode(), record["pan_seg"].tobytes())
    return hashlib.sha256(b"".join(parts)).hexdigest()


@cache
def scenes(number=60):
    rules = ShapesConfig().build().rules
    return [scene.arrange(128, 128, rules, np.random.default_rng(index)) for index in range(number)]


def hidden_parts(arranged):
    for position, shape in enumerate(arranged.shapes):
        yield 1 - arranged.visible(position).sum() / shape.bitmap.sum()


def test_a_picture_is_the_same_each_time():
    config = ShapesConfig(num_images=5, seed=3)

    assert digest(config.build()[4]) == digest(config.build()[4])


def test_a_picture_does_not_depend_on_which_were_drawn_before():
    visited, fresh = (ShapesConfig(num_images=5).build() for _ in range(2))
    for index in range(4):
        visited[index]

    assert digest(visited[4]) == digest(fresh[4])


def test_a_picture_is_the_same_in_another_process():
    program = (
        "import hashlib; from detcore.data.shapes import ShapesConfig; r = ShapesConfig(num_images=3).build()[2];"
        "print(hashlib.sha256(r['image'].tobytes() + r['pan_seg'].tobytes()).hexdigest())"
    )
    record = ShapesConfig(num_images=3).build()[2]
    here = hashlib.sha256(record["image"].tobytes() + record["pan_seg"].tobytes()).hexdigest()

    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert there.stdout.strip() == here


def test_a_pickled_dataset_draws_the_same_pictures():
    shapes = ShapesConfig(num_images=2).build()

    assert digest(pickle.loads(pickle.dumps(shapes))[1]) == digest(shapes[1])


def test_splits_and_seeds_share_no_picture():
    configs = [ShapesConfig(num_images=40, split=split, seed=seed) for split in ("train", "test") for seed in (0, 1)]

    digests = {digest(record) for config in configs for record in map(config.build().__getitem__, range(40))}

    assert len(digests) == 4 * 40


def test_a_longer_dataset_begins_with_the_shorter_one():
    assert digest(ShapesConfig(num_images=2).build()[1]) == digest(ShapesConfig(num_images=99).build()[1])


def test_pictures_hold_one_to_twelve_objects():
    counts = [len(record["annotations"]) for record in records()]

    assert set(counts) == set(range(1, 13))


def test_at_least_so_many_objects_are_found_room_for():
    crowded = ShapesConfig(num_images=30, min_objects=6, max_objects=8).build()

    assert {len(crowded[index]["annotations"]) for index in range(30)} == {6, 7, 8}


def test_every_class_is_about_as_frequent_as_any_other():
    counts = np.bincount([annotation["category_id"] for annotation in annotations()], minlength=len(CLASSES))

    assert len(CLASSES) >= 5
    assert counts.min() > 0.7 * counts.mean()


@pytest.mark.parametrize("side", [128, 512])
def test_at_least_a_fifth_of_the_objects_is_small_to_coco(side):
    shapes = ShapesConfig(num_images=25, size=(side, side)).build()

    areas = [annotation["area"] for index in range(25) for annotation in shapes[index]["annotations"]]

    assert np.mean(np.array(areas) < SMALL) >= 0.2


def test_sides_reach_from_eight_pixels_to_the_whole_picture():
    boxes = np.array([annotation["bbox"] for annotation in annotations()])
    sides = boxes[:, 2:] - boxes[:, :2]

    assert sides.min() >= 8
    assert np.mean(sides.max(axis=1) <= 12) > 0.03
    assert sides.max() >= 120


def test_objects_cover_each_other_up_to_three_fifths():
    parts = np.array([part for arranged in scenes() for part in hidden_parts(arranged)])

    assert parts.max() <= 0.6
    assert parts.max() > 0.45
    assert np.mean(parts > 0.1) > 0.03
    assert np.mean(parts > 0.1) < 0.3


def test_nothing_is_covered_where_that_is_asked_for():
    apart = ShapesConfig(num_images=20, max_hidden=0.0).build()

    parts = [
        part
        for index in range(20)
        for part in hidden_parts(scene.arrange(128, 128, apart.rules, np.random.default_rng(index)))
    ]

    assert max(parts) == 0


def test_boxes_fit_the_visible_masks_tightly():
    for annotation in annotations():
        rows, columns = rle.decode(annotation["segmentation"]).nonzero()

        assert annotation["bbox"] == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert annotation["area"] == len(rows)


def test_masks_do_not_overlap():
    for record in records()[:40]:
        masks = [rle.decode(annotation["segmentation"]) for annotation in record["annotations"]]

        assert np.sum(masks, axis=0).max() <= 1


def test_annotation_ids_are_unique_in_the_whole_dataset():
    ids = [annotation["id"] for annotation in annotations()]

    assert len(set(ids)) == len(ids)
    assert min(ids) > 0


def test_mean_colours_do_not_tell_classes():
    colours, classes = [], []
    for record in records():
        for annotation in record["annotations"]:
            colours.append(record["image"][rle.decode(annotation["segmentation"])].mean(axis=0))
            classes.append(annotation["category_id"])
    colours, classes = np.array(colours), np.array(classes)
    half = len(classes) // 2

    distance = np.linalg.norm(colours[half:, None] - colours[:half], axis=2)
    nearest = classes[:half][np.argsort(distance, axis=1)[:, :9]]
    guesses = [np.bincount(row, minlength=len(CLASSES)).argmax() for row in nearest]

    assert np.mean(guesses == classes[half:]) < 1 / len(CLASSES) + 0.08


def test_objects_stand_out_from_what_is_around_them():
    contrasts = []
    for record in records()[:60]:
        for annotation in record["annotations"]:
            mask = rle.decode(annotation["segmentation"]).astype(np.uint8)
            around = cv2.dilate(mask, np.ones((7, 7))) - cv2.dilate(mask, np.ones((3, 3)))
            means = [record["image"][part > 0].mean(axis=0) for part in (mask, around)]
            contrasts.append(np.linalg.norm(means[0] - means[1]))

    assert np.percentile(contrasts, 2) > 25


def test_keypoints_lie_on_the_whole_shape():
    for arranged in scenes():
        for shape in arranged.shapes:
            full = np.zeros((130, 130), dtype=np.uint8)
            full[1:-1, 1:-1][shape.window] = shape.bitmap
            within_a_pixel = cv2.dilate(full, np.ones((3, 3)))
            columns, rows = (shape.keypoints + 1).astype(int).T

            assert within_a_pixel[rows, columns].all()
            assert full[rows[0], columns[0]]


def test_outermost_keypoints_touch_the_sides_of_an_uncovered_objects_box():
    for arranged in scenes()[:20]:
        shape = arranged.shapes[-1]
        rows, columns = shape.bitmap.shape
        points = shape.keypoints - (shape.left, shape.top)

        assert points[KEYPOINTS.index("top"), 1] == pytest.approx(0, abs=1)
        assert points[KEYPOINTS.index("left"), 0] == pytest.approx(0, abs=1)
        assert points[KEYPOINTS.index("bottom"), 1] == pytest.approx(rows, abs=1)
        assert points[KEYPOINTS.index("right"), 0] == pytest.approx(columns, abs=1)


def test_keypoints_are_hidden_exactly_where_something_covers_them():
    for record in records():
        *_, last = record["annotations"]
        assert last["keypoints"][2::3] == [2.0] * len(KEYPOINTS)

    visibilities = [each for annotation in annotations() for each in annotation["keypoints"][2::3]]
    assert 0.01 < np.mean(np.array(visibilities) == 1) < 0.2
    assert set(visibilities) == {1.0, 2.0}


def test_visible_keypoints_lie_in_the_box():
    for annotation in annotations():
        x, y, visibility = np.array(annotation["keypoints"]).reshape(-1, 3).T
        x1, y1, x2, y2 = annotation["bbox"]
        inside = (x >= x1 - 1) & (x <= x2 + 1) & (y >= y1 - 1) & (y <= y2 + 1)

        assert inside[visibility == 2].all()


def test_mirroring_exchanges_left_and_right():
    assert [KEYPOINTS[other] for other in KEYPOINT_FLIP] == ["centre", "top", "left", "bottom", "right"]


def test_the_panoptic_map_holds_the_masks_and_the_ground():
    for record in records()[:60]:
        things = [segment for segment in record["segments_info"] if segment["isthing"]]
        stuff = [segment for segment in record["segments_info"] if not segment["isthing"]]

        assert len(things) == len(record["annotations"])
        assert 0 <= len(stuff) <= 2
        for segment, annotation in zip(things, record["annotations"], strict=True):
            assert segment["category_id"] == annotation["category_id"]
            assert np.array_equal(record["pan_seg"] == segment["id"], rle.decode(annotation["segmentation"]))
        for segment in record["segments_info"]:
            assert segment["area"] == (record["pan_seg"] == segment["id"]).sum()
        assert sum(segment["area"] for segment in record["segments_info"]) == record["pan_seg"].size


def test_every_kind_of_ground_appears():
    kinds = {
        segment["category_id"] for record in records() for segment in record["segments_info"] if not segment["isthing"]
    }

    assert kinds == set(range(1, len(STUFF_CLASSES)))


def test_sizes_are_drawn_from_the_range():
    shapes = ShapesConfig(num_images=30, size=(64, 96), max_size=(80, 200)).build()

    sizes = {shapes.image_size(index) for index in range(30)}

    assert len(sizes) > 20
    assert all(64 <= height <= 80 and 96 <= width <= 200 for height, width in sizes)
    record = shapes[7]
    assert shapes.image_size(7) == (record["height"], record["width"]) == record["image"].shape[:2]


def test_a_picture_larger_than_the_stored_noise_is_drawn():
    record = ShapesConfig(num_images=1, size=(600, 40)).build()[0]

    assert record["image"].shape == (600, 40, 3)
    assert record["image"].dtype == np.uint8


def test_the_size_is_known_without_drawing(monkeypatch):
    def refuse(*_):
        raise AssertionError("a picture was drawn")

    monkeypatch.setattr(dataset, "arrange", refuse)

    assert ShapesConfig().build().image_size(0) == (128, 128)


def test_reading_stops_at_the_end():
    shapes = ShapesConfig(num_images=3).build()

    assert isinstance(shapes, ShapesDataset)
    assert len(shapes) == 3
    with pytest.raises(IndexError, match="picture 3 of 3"):
        shapes[3]
