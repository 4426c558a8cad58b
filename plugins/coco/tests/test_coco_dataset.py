"""What a COCO file becomes."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from det_plugin_coco import CocoDatasetConfig
from det_plugin_coco.keypoint_sigmas import COCO_PERSON_SIGMAS

PICTURE = {"id": 139, "file_name": "139.jpg", "height": 40, "width": 60}
OBJECT = {"id": 8812, "image_id": 139, "category_id": 1, "bbox": [10, 5, 20, 30]}
POLYGON = [[10, 5, 30, 5, 30, 35]]


def test_record_holds_what_the_file_says(write_coco):
    annotation = {**OBJECT, "area": 123.5, "iscrowd": 1, "segmentation": POLYGON, "note": "not of the format"}

    dataset = write_coco(annotations=[annotation]).build()

    assert dataset[0] == {
        "file_name": str(Path("pictures/139.jpg")),
        "height": 40,
        "width": 60,
        "image_id": 139,
        "annotations": [
            {
                "id": 8812,
                "bbox": [10.0, 5.0, 20.0, 30.0],
                "bbox_mode": "xywh",
                "category_id": 0,
                "iscrowd": 1,
                "area": 123.5,
                "segmentation": POLYGON,
            }
        ],
    }


def test_category_ids_become_contiguous_in_ascending_order(write_coco):
    categories = [{"id": 90, "name": "toothbrush"}, {"id": 1, "name": "person"}, {"id": 13, "name": "stop sign"}]
    annotations = [{**OBJECT, "id": number, "category_id": number} for number in (90, 1, 13)]

    dataset = write_coco(categories=categories, annotations=annotations).build()

    assert dataset.metadata.classes == ("person", "stop sign", "toothbrush")
    assert dataset.metadata.category_ids == (1, 13, 90)
    assert [annotation["category_id"] for annotation in dataset[0]["annotations"]] == [2, 0, 1]


def test_classes_choose_and_order_the_categories(write_coco):
    categories = [{"id": 0, "name": "animals"}, {"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    annotations = [{**OBJECT, "id": number, "category_id": number} for number in (0, 1, 2)]

    config = write_coco(categories=categories, annotations=annotations, classes=("dog", "cat"))
    dataset = config.build()

    assert dataset.metadata.category_ids == (2, 1)
    assert [(each["id"], each["category_id"]) for each in dataset[0]["annotations"]] == [(1, 1), (2, 0)]
    assert config.metadata().classes == dataset.metadata.classes


def test_pictures_without_objects_are_kept_unless_filtered(write_coco):
    images = [{**PICTURE, "id": number, "file_name": f"{number}.jpg"} for number in (1, 2, 3)]
    annotations = [{**OBJECT, "image_id": 2}, {**OBJECT, "id": 9, "image_id": 3, "iscrowd": 1}]

    kept = write_coco(images=images, annotations=annotations).build()
    filtered = write_coco(images=images, annotations=annotations, filter_empty=True).build()

    assert [kept[index]["image_id"] for index in range(len(kept))] == [1, 2, 3]
    assert [filtered[index]["image_id"] for index in range(len(filtered))] == [2]


def test_sizes_are_known_without_the_record(write_coco):
    dataset = write_coco().build()

    assert dataset.image_size(0) == (40, 60)


def test_dataset_can_be_sent_to_a_worker(write_coco):
    dataset = write_coco().build()

    assert pickle.loads(pickle.dumps(dataset))[0] == dataset[0]


def test_file_name_may_hold_folders_and_the_file_a_byte_order_mark(write_coco):
    config = write_coco(images=[{**PICTURE, "file_name": "left/half/139.jpg"}])
    Path("val.json").write_bytes(b"\xef\xbb\xbf" + Path("val.json").read_bytes())

    assert config.build()[0]["file_name"] == str(Path("pictures/left/half/139.jpg"))


@pytest.mark.parametrize(
    ("segmentations", "has_masks"),
    [
        pytest.param([POLYGON, POLYGON], True, id="every object has one"),
        pytest.param([[], None], False, id="empty ones are none"),
    ],
)
def test_dataset_knows_whether_objects_have_masks(write_coco, segmentations, has_masks):
    annotations = [{**OBJECT, "id": at, "segmentation": mask} for at, mask in enumerate(segmentations)]

    assert write_coco(annotations=annotations).build().metadata.has_masks is has_masks


def test_metadata_knows_of_masks_only_where_the_file_never_mentions_one(write_coco):
    assert write_coco().metadata().has_masks is False
    assert write_coco(annotations=[{**OBJECT, "segmentation": POLYGON}]).metadata().has_masks is None


def test_nobody_knows_of_the_masks_of_a_file_without_objects(write_coco):
    config = write_coco(annotations=[])

    assert config.metadata().has_masks is None
    assert config.build().metadata.has_masks is None


def test_crowd_without_a_mask_does_not_matter(write_coco):
    annotations = [{**OBJECT, "segmentation": POLYGON}, {**OBJECT, "id": 1, "iscrowd": 1}]

    assert write_coco(annotations=annotations).build().metadata.has_masks is True


def test_uncompressed_and_compressed_run_lengths_are_kept_as_they_are(write_coco):
    plain = {"size": [40, 60], "counts": [205, 30, 2165]}
    compressed = {"size": [40, 60], "counts": "]6n0eS2"}
    annotations = [{**OBJECT, "segmentation": plain}, {**OBJECT, "id": 2, "segmentation": compressed}]

    dataset = write_coco(annotations=annotations).build()

    assert [annotation["segmentation"] for annotation in dataset[0]["annotations"]] == [plain, compressed]


def test_person_keypoints_carry_mirror_names_sigmas_and_skeleton(data_dir):
    folder = data_dir / "coco_tiny"
    config = CocoDatasetConfig(
        images=str(folder / "images"), annotations=str(folder / "annotations/person_keypoints_tiny.json")
    )

    metadata = config.build().metadata

    assert metadata.keypoints[:3] == ("nose", "left_eye", "right_eye")
    assert metadata.keypoint_flip == (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
    assert metadata.keypoint_sigmas == COCO_PERSON_SIGMAS
    assert metadata.keypoint_skeleton[0] == (15, 13)


def test_keypoint_settings_of_the_category_are_read_and_points_moved_to_pixel_centres(data_dir):
    folder = data_dir / "tubes"
    config = CocoDatasetConfig(
        images=str(folder / "images"), annotations=str(folder / "annotations/keypoints_test.json")
    )

    dataset = config.build()

    assert dataset.metadata == config.metadata()
    assert dataset.metadata.keypoints == ("head", "tail")
    assert dataset.metadata.keypoint_flip == (0, 1)
    assert dataset.metadata.keypoint_sigmas == (0.05, 0.05)
    assert dataset[0]["annotations"][0]["keypoints"] == pytest.approx([282.9, 95.167, 2, 344.5, 115.433, 2])


@pytest.mark.parametrize(
    ("names", "more", "options", "flip"),
    [
        pytest.param(["tip", "left_ear", "right_ear"], {}, {}, (0, 2, 1), id="by names"),
        pytest.param(["Left Ear", "tip", "Right Ear"], {}, {}, (2, 1, 0), id="by names in capitals"),
        pytest.param(["left_ear", "tip", "tail"], {}, {}, (), id="left without right"),
        pytest.param(["left_ear", "right_ear"], {"flip_indices": [0, 1]}, {}, (0, 1), id="by the file"),
        pytest.param(
            ["l_ear", "tip", "r_ear"], {}, {"keypoint_flip": (("l_ear", "r_ear"),)}, (2, 1, 0), id="by the settings"
        ),
        pytest.param(
            ["left_ear", "right_ear"],
            {"flip_indices": [1, 0]},
            {"keypoint_flip": ()},
            (0, 1),
            id="none by the settings",
        ),
    ],
)
def test_mirror_of_keypoints(write_coco, names, more, options, flip):
    categories = [{"id": 1, "name": "cat", "keypoints": names, **more}]

    config = write_coco(categories=categories, annotations=[], **options)

    assert config.metadata().keypoint_flip == flip
    assert config.build().metadata.keypoint_flip == flip


def test_pictures_with_few_labelled_keypoints_are_left_out_where_that_is_asked_for(write_coco):
    images = [{**PICTURE, "id": number, "file_name": f"{number}.jpg"} for number in (1, 2, 3)]
    category = {"id": 1, "name": "cat", "keypoints": ["head", "tail"]}
    annotations = [
        {**OBJECT, "id": 1, "image_id": 1, "keypoints": [1, 2, 2, 3, 4, 1]},
        {**OBJECT, "id": 2, "image_id": 2, "keypoints": [1, 2, 2, 0, 0, 0]},
        {**OBJECT, "id": 3, "image_id": 3},
    ]

    def kept(least):
        config = write_coco(images=images, categories=[category], annotations=annotations, min_keypoints=least)
        dataset = config.build()
        return [dataset[index]["image_id"] for index in range(len(dataset))]

    assert kept(0) == [1, 2, 3]
    assert kept(1) == [1, 2]
    assert kept(2) == [1]


@pytest.mark.parametrize(
    ("images", "annotations", "pictures", "objects"),
    [
        pytest.param(
            "bccd/JPEGImages", "bccd/annotations/instances_train.json", 205, 2805, id="boxes only, two of 1x1"
        ),
        pytest.param("nuclei/images", "nuclei/annotations/instances_train.json", 160, 6426, id="polygons"),
        pytest.param(
            "nuclei/images", "nuclei/annotations/instances_val_rle.json", 40, 1087, id="compressed run lengths"
        ),
        pytest.param("coco_tiny/images", "coco_tiny/annotations/instances_panoptic_things.json", 2, 43, id="crowds"),
    ],
)
def test_real_dataset_is_read_whole(data_dir, images, annotations, pictures, objects):
    config = CocoDatasetConfig(images=str(data_dir / images), annotations=str(data_dir / annotations))

    dataset = config.build()

    assert len(dataset) == pictures
    assert sum(len(dataset[index]["annotations"]) for index in range(pictures)) == objects


def test_config_and_metadata_need_no_torch(write_coco):
    write_coco()
    heavy = ["torch", "torchvision", "cv2", "pycocotools", "numpy", "safetensors", "rich"]
    code = f"""
import sys
sys.modules.update(dict.fromkeys({heavy}))
from det_plugin_coco import CocoDatasetConfig, CocoEvaluatorConfig
print(CocoDatasetConfig(images="pictures", annotations="val.json").metadata().classes, CocoEvaluatorConfig().needs())
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert result.stderr == ""
    assert result.stdout.startswith("('cat',)")


def test_ten_thousand_objects_take_little_memory(write_coco):
    """Records are packed; as dicts of their own, these take about 7 MB."""
    annotations = [{**OBJECT, "id": number, "area": 600.0} for number in range(10_000)]

    dataset = write_coco(annotations=annotations).build()

    assert dataset._records.nbytes < 1_500_000
