"""From records to model inputs."""

from typing import Any

import cv2
import numpy as np
import pytest
import torch

from detcore.data import apply, map_record, panoptic_map
from detcore.errors import DatasetError
from detcore.interfaces import Augmentation, Sample, SampleMix, Transform
from detcore.structures import BitMasks, PolygonMasks, Record, rle


class Shift(Transform):
    """A window of one size, moved right and down by ``x`` and ``y``."""

    def __init__(self, *, x: int, y: int, height: int, width: int) -> None:
        self.x, self.y, self.size = x, y, (height, width)

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return self.size

    def image(self, image: Any) -> Any:
        return image[self.y : self.y + self.size[0], self.x : self.x + self.size[1]].copy()

    def label_map(self, labels: Any) -> Any:
        return self.image(labels)

    def points(self, points: Any) -> Any:
        return points - [self.x, self.y]


class Mirror(Transform):
    def __init__(self, *, width: int) -> None:
        self.width = width

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def image(self, image: Any) -> Any:
        return image[:, ::-1].copy()

    def label_map(self, labels: Any) -> Any:
        return self.image(labels)

    def points(self, points: Any) -> Any:
        return points * [-1, 1] + [self.width, 0]

    @property
    def mirrors(self) -> bool:
        return True


class Always(Augmentation):
    def __init__(self, transform: Transform) -> None:
        self.transform = transform

    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        return self.transform


def square(x, y, side, **others):
    corners = [x, y, x + side, y, x + side, y + side, x, y + side]
    return {"bbox": [x, y, x + side, y + side], "category_id": 0, "segmentation": [corners]} | others


def record(*annotations, height=20, width=30, **others):
    image = np.arange(height * width * 3, dtype=np.uint64).reshape(height, width, 3).astype(np.uint8)
    return {"image": image, "height": height, "width": width, "image_id": 7, "annotations": list(annotations)} | others


def mapped(record, *transforms, training=True, channel_order="RGB", **others):
    return map_record(
        record,
        augmentations=[Always(transform) for transform in transforms],
        generator=np.random.default_rng(0),
        channel_order=channel_order,
        training=training,
        **others,
    )


@pytest.mark.parametrize(("order", "channels"), [("RGB", [0, 1, 2]), ("BGR", [2, 1, 0])])
def test_the_picture_comes_in_the_models_channel_order(order, channels):
    source = record()

    image = mapped(source, channel_order=order)["image"]

    assert image.dtype == torch.uint8
    assert image.is_contiguous()
    np.testing.assert_array_equal(image.numpy(), source["image"].transpose(2, 0, 1)[channels])


def test_the_picture_owns_its_memory():
    source = record(height=1, width=1)

    mapped(source)["image"].fill_(99)

    assert source["image"].ravel().tolist() == [0, 1, 2]


def test_the_output_size_stays_that_of_the_stored_picture():
    model_input = mapped(record(), Shift(x=0, y=0, height=5, width=6))

    assert (model_input["height"], model_input["width"], model_input["image_id"]) == (20, 30, 7)
    assert model_input["image"].shape == (3, 5, 6)
    assert model_input["instances"].image_size == (5, 6)


def test_boxes_of_either_mode_become_corners():
    xywh = {"bbox": [1, 2, 3, 4], "bbox_mode": "xywh", "category_id": 1}
    xyxy = {"bbox": [1, 2, 4, 6], "category_id": 2}

    instances = mapped(record(xywh, xyxy))["instances"]

    assert instances.gt_boxes.tensor.tolist() == [[1, 2, 4, 6], [1, 2, 4, 6]]
    assert instances.gt_boxes.tensor.dtype == torch.float32
    assert instances.gt_classes.tolist() == [1, 2]
    assert not instances.has("gt_masks")


def test_a_cropped_object_is_clipped_with_its_polygon():
    instances = mapped(record(square(4, 4, 10)), Shift(x=10, y=0, height=20, width=20))["instances"]

    assert instances.gt_boxes.tensor.tolist() == [[0, 4, 4, 14]]
    assert instances.gt_masks.boxes().tensor.tolist() == [[0, 4, 4, 14]]


def test_objects_outside_the_crop_are_dropped_and_crowds_left_out():
    gone = square(0, 0, 5)
    crowd = square(12, 2, 6, iscrowd=1, segmentation=rle.encode(np.ones((20, 30), bool)))
    kept = square(12, 2, 6, category_id=3)

    instances = mapped(record(gone, crowd, kept), Shift(x=10, y=0, height=20, width=20))["instances"]

    assert instances.gt_classes.tolist() == [3]
    assert len(instances.gt_masks) == 1
    assert isinstance(instances.gt_masks, PolygonMasks)


def test_an_object_whose_mask_left_the_picture_is_dropped_though_its_box_did_not():
    corner = [0, 0, 20, 0, 20, 2, 2, 2, 2, 18, 0, 18]
    bracket = {"bbox": [0, 0, 20, 18], "category_id": 0, "segmentation": [corner]}

    instances = mapped(record(bracket), Shift(x=5, y=5, height=10, width=10))["instances"]

    assert len(instances) == 0


def test_one_bitmap_among_polygons_makes_all_bitmaps():
    bitmap = np.zeros((20, 30), bool)
    bitmap[2:8, 20:26] = True
    encoded = square(20, 2, 6, segmentation=rle.encode(bitmap))

    masks = mapped(record(square(1, 1, 4), encoded))["instances"].gt_masks

    assert isinstance(masks, BitMasks)
    assert masks.tensor.sum(dim=(1, 2)).tolist() == [16, 36]
    np.testing.assert_array_equal(masks.tensor[1].numpy(), bitmap)


def test_bitmaps_follow_the_picture():
    bitmap = np.zeros((20, 30), bool)
    bitmap[2:8, 20:26] = True
    encoded = square(20, 2, 6, segmentation=rle.encode(bitmap))

    instances = mapped(record(encoded), Mirror(width=30), Shift(x=2, y=2, height=10, width=10))["instances"]

    assert instances.gt_boxes.tensor.tolist() == [[2, 0, 8, 6]]
    assert instances.gt_masks.boxes().tensor.tolist() == [[2, 0, 8, 6]]


def test_masks_are_absent_where_an_object_has_none():
    unmasked = {"bbox": [1, 1, 5, 5], "category_id": 0}

    assert not mapped(record(square(1, 1, 4), unmasked))["instances"].has("gt_masks")


@pytest.mark.parametrize("transforms", [(), (Mirror(width=30),)], ids=["as stored", "mirrored"])
def test_a_picture_without_objects_is_ordinary(transforms):
    instances = mapped(record(), *transforms)["instances"]

    assert instances.gt_boxes.tensor.shape == (0, 4)
    assert instances.gt_classes.dtype == torch.int64
    assert len(instances.gt_masks) == 0


def test_mirrored_keypoints_change_places():
    annotation = {"bbox": [0, 0, 10, 10], "category_id": 0, "keypoints": [1, 2, 2, 8, 3, 1, 5, 5, 2]}

    keypoints = mapped(record(annotation), Mirror(width=30), keypoint_flip=(1, 0, 2))["instances"].gt_keypoints

    assert keypoints.tensor.tolist() == [[[22, 3, 1], [29, 2, 2], [25, 5, 2]]]


def test_keypoints_outside_lose_label_and_place():
    inside_on_edge = [10, 10, 2]
    annotation = {"bbox": [0, 0, 20, 20], "category_id": 0, "keypoints": [*inside_on_edge, 10.1, 5, 2, 3, 3, 0]}

    keypoints = mapped(record(annotation), Shift(x=0, y=0, height=10, width=10))["instances"].gt_keypoints

    assert keypoints.tensor.tolist() == [[[10, 10, 2], [0, 0, 0], [0, 0, 0]]]


def test_an_object_without_keypoints_beside_others_has_unlabelled_ones():
    posed = {"bbox": [0, 0, 9, 9], "category_id": 0, "keypoints": [1, 2, 2]}
    plain = {"bbox": [0, 0, 9, 9], "category_id": 0}

    assert mapped(record(posed, plain))["instances"].gt_keypoints.tensor.tolist() == [[[1, 2, 2]], [[0, 0, 0]]]


@pytest.mark.parametrize(
    "annotations",
    [
        pytest.param([], id="no objects"),
        pytest.param([{"bbox": [0, 0, 9, 9], "category_id": 0}], id="an object without"),
        pytest.param([{"bbox": [0, 0, 9, 9], "category_id": 0, "iscrowd": 1}], id="a crowd"),
    ],
)
def test_a_picture_without_keypoints_says_so_where_the_dataset_has_them(annotations):
    instances = mapped(record(*annotations), Mirror(width=30), keypoint_flip=(1, 0), num_keypoints=2)["instances"]

    assert instances.gt_keypoints.tensor.shape == (len(instances), 2, 3)
    assert not instances.gt_keypoints.tensor.any()


def test_keypoints_of_another_number_than_the_datasets_are_refused():
    posed = {"bbox": [0, 0, 9, 9], "category_id": 0, "keypoints": [1, 2, 2]}

    with pytest.raises(DatasetError) as caught:
        mapped(record(posed), num_keypoints=2)

    assert str(caught.value) == "image 7: objects have 1 keypoints, but the dataset names 2"


def test_evaluation_carries_the_annotations_untouched():
    annotations = [square(4, 4, 10, iscrowd=1)]

    model_input = mapped(record(*annotations), Mirror(width=30), training=False)

    assert model_input["annotations"] == annotations
    assert "instances" not in model_input


def test_a_record_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), np.zeros((20, 30, 3), np.uint8))
    lying = {"file_name": str(path), "height": 30, "width": 20, "image_id": 0, "annotations": []}

    with pytest.raises(DatasetError) as caught:
        mapped(lying)

    expected = f"{path}: the picture is 30×20 px (turned upright by its EXIF orientation), but its record says 20×30"
    assert str(caught.value) == expected


def test_a_mask_of_another_picture_is_refused():
    encoded = square(0, 0, 5, segmentation=rle.encode(np.ones((30, 20), bool)))

    with pytest.raises(DatasetError) as caught:
        mapped(record(encoded))

    assert str(caught.value) == "image 7: a mask is for a picture of [30, 20] (height, width), not [20, 30]"


def test_different_numbers_of_keypoints_are_refused():
    one = {"bbox": [0, 0, 9, 9], "category_id": 0, "keypoints": [1, 2, 2]}
    two = {"bbox": [0, 0, 9, 9], "category_id": 0, "keypoints": [1, 2, 2, 1, 2, 2]}

    with pytest.raises(DatasetError, match=r"image 7: objects have different numbers of keypoints: \[1, 2\]"):
        mapped(record(one, two))


def test_a_semantic_map_follows_the_picture(tmp_path):
    labels = np.zeros((20, 30), np.uint8)
    labels[:, :5] = 200
    cv2.imwrite(str(tmp_path / "labels.png"), labels)

    source = record(sem_seg_file_name=str(tmp_path / "labels.png"))

    assert mapped(source, Mirror(width=30), sem_seg=True)["sem_seg"][0, 24:27].tolist() == [0, 200, 200]
    assert "sem_seg" not in mapped(source)


def test_a_semantic_map_that_is_not_there_is_named():
    with pytest.raises(DatasetError, match="image 7: the record names no semantic map"):
        mapped(record(), sem_seg=True)


def panoptic(**more: Any) -> Record:
    """A record whose left column is an object, the next stuff 3, and of whose rest nobody says what it is."""
    ids = np.zeros((20, 30), np.int32)
    ids[:, 0], ids[:, 1] = 70_000, 9
    segments = [
        {"id": 70_000, "category_id": 4, "isthing": True},
        {"id": 9, "category_id": 3, "isthing": False},
    ]
    return record(pan_seg=ids, segments_info=segments, **more)


def test_a_semantic_map_is_made_of_a_panoptic_one():
    sem_seg = mapped(panoptic(), Mirror(width=30), sem_seg=True)["sem_seg"]

    assert sem_seg.shape == (20, 30)
    assert sem_seg[5, 26:].tolist() == [255, 255, 3, 0]


def test_a_panoptic_map_is_read_from_its_colours(tmp_path):
    colours = np.zeros((20, 30, 3), np.uint8)  # blue, green, red
    colours[:, 0] = (1, 17, 112)
    cv2.imwrite(str(tmp_path / "ids.png"), colours)
    source = {**panoptic(), "pan_seg_file_name": str(tmp_path / "ids.png")}
    del source["pan_seg"]

    ids, segments = panoptic_map(source)

    assert ids[0, :2].tolist() == [112 + 256 * 17 + 65536, 0]
    assert [segment["id"] for segment in segments] == [70_000, 9]


def test_evaluation_passes_the_records_label_maps_on_untouched():
    source = panoptic()

    model_input = mapped(source, Mirror(width=30), training=False)

    assert model_input["pan_seg"] is source["pan_seg"]
    assert model_input["segments_info"] == source["segments_info"]
    assert "sem_seg" not in model_input


def test_a_label_map_of_another_size_is_refused():
    source = {**panoptic(), "pan_seg": np.zeros((20, 29), np.int32)}

    with pytest.raises(DatasetError) as caught:
        mapped(source, sem_seg=True)

    assert str(caught.value) == "image 7: a label map is for a picture of (20, 29) (height, width), not (20, 30)"


def test_a_panoptic_map_that_is_not_there_is_named():
    with pytest.raises(DatasetError, match=r"^image 7: the record names no panoptic map \(pan_seg_file_name\)$"):
        panoptic_map(record())


class Overlay(SampleMix):
    """The objects of both samples on the first one's picture."""

    num_others = 1

    def __call__(self, sample: Sample, others: Any, generator: np.random.Generator) -> Sample:
        together = {
            name: np.concatenate([getattr(sample, name), getattr(others[0], name)])
            for name in ("boxes", "classes", "is_crowd")
        }
        return Sample(image=sample.image, **together)


def test_a_mix_draws_other_samples():
    model_input = map_record(
        record(square(0, 0, 5)),
        augmentations=[Overlay()],
        generator=np.random.default_rng(0),
        channel_order="RGB",
        training=True,
        draw_other=lambda _: record(square(1, 1, 3, category_id=4)),
    )

    assert model_input["instances"].gt_classes.tolist() == [0, 4]


def test_a_mix_without_a_dataset_to_draw_from_is_a_mistake():
    with pytest.raises(ValueError, match="Overlay draws 1 other samples, but there is nothing to draw from"):
        map_record(
            record(), augmentations=[Overlay()], generator=np.random.default_rng(0), channel_order="RGB", training=True
        )


def test_applying_does_not_change_the_given_sample():
    boxes = np.array([[1.0, 1.0, 5.0, 5.0]])
    sample = Sample(
        image=np.zeros((20, 30, 3), np.uint8),
        boxes=boxes.copy(),
        classes=np.zeros(1, np.int64),
        is_crowd=np.zeros(1, bool),
    )

    moved = apply(Mirror(width=30), sample)

    np.testing.assert_array_equal(sample.boxes, boxes)
    assert moved.boxes.tolist() == [[25, 1, 29, 5]]


@pytest.mark.parametrize("training", [True, False])
def test_proposals_move_with_the_picture_and_what_is_left_of_them_keeps_its_order(training):
    given = np.array([[5, 5, 9, 9], [0, 0, 2, 2], [1, 1, 28, 19]], dtype=np.float32)

    found = mapped(record(proposal_boxes=given), Shift(x=4, y=3, height=10, width=12), training=training)["proposals"]

    assert found.image_size == (10, 12)
    assert found.proposal_boxes.tensor.tolist() == [[1, 2, 5, 6], [0, 0, 12, 10]]


@pytest.mark.parametrize("training", [True, False])
def test_a_proposal_that_was_cropped_away_takes_no_place_from_the_next_best(training):
    given = np.array([[0, 0, 2, 2], [5, 5, 9, 9], [1, 1, 28, 19], [6, 6, 9, 9]], dtype=np.float32)
    best_two = record(proposal_boxes=given, max_proposals=2)

    found = mapped(best_two, Shift(x=4, y=3, height=10, width=12), training=training)["proposals"]

    assert found.proposal_boxes.tensor.tolist() == [[1, 2, 5, 6], [0, 0, 12, 10]]


def test_a_picture_without_proposals_has_none_and_one_with_no_proposal_has_no_box():
    assert "proposals" not in mapped(record())
    assert len(mapped(record(proposal_boxes=np.zeros((0, 4), np.float32)))["proposals"]) == 0
