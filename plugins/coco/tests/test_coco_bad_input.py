"""What is said of a file that is wrong: each message, whole."""

import json
import warnings
from pathlib import Path

import pytest

from det_plugin_coco import CocoDatasetConfig
from det_plugin_coco.annotation_file import Category
from det_plugin_coco.categories import chosen_categories
from detcore.errors import DatasetError

PICTURE = {"id": 139, "file_name": "139.jpg", "height": 40, "width": 60}
OBJECT = {"id": 8812, "image_id": 139, "category_id": 1, "bbox": [10, 5, 20, 30]}
KEYPOINTS = {"id": 1, "name": "cat", "keypoints": ["head", "tail"]}
HERE = "val.json, annotation 8812 (image 139.jpg): "
CORNERS = "a COCO box is x, y, width, height (not two corners)"


def message_of(build) -> str:
    with pytest.raises(DatasetError) as caught:
        build()
    return str(caught.value)


def warned(build):
    """What ``build`` returns, and the one warning it gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        built = build()
    [warning] = caught
    return built, str(warning.message)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"bbox": [10, 5, -3, 30]}, f"box has width -3 px; {CORNERS}", id="negative width"),
        pytest.param({"bbox": [10, 5, 20, -0.5]}, f"box has height -0.5 px; {CORNERS}", id="negative height"),
        pytest.param(
            {"bbox": [10, 5, None, 30]},
            "the box holds a null or NaN; write four numbers, or remove the annotation",
            id="null in the box",
        ),
        pytest.param(
            {"bbox": [10, 5, float("nan"), 30]},
            "the box holds a null or NaN; write four numbers, or remove the annotation",
            id="NaN in the box",
        ),
        pytest.param(
            {"category_id": 99},
            "category_id 99 is not in the file's 'categories'; add it there or correct the annotation",
            id="unknown category",
        ),
        pytest.param(
            {"segmentation": [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5]]},
            "polygon 2 has 5 numbers; it needs an x and a y for every point",
            id="odd polygon",
        ),
        pytest.param(
            {"segmentation": [[1, 2, 3, 4]]},
            "polygon 1 has 2 points; it needs at least 3, or remove it",
            id="polygon of two points",
        ),
        pytest.param(
            {"segmentation": {"size": [60, 40], "counts": [2400]}},
            "the mask is for a picture of 40x60 px, but the image has 60x40; an RLE's size is height, width",
            id="run lengths of another size",
        ),
        pytest.param(
            {"segmentation": {"size": [40, 60], "counts": [2300]}},
            "the mask's run lengths cover 2300 px, but the picture has 2400",
            id="too few run lengths",
        ),
        pytest.param(
            {"segmentation": {"size": [40, 60], "counts": "PoT2"}},
            "the mask's run lengths cover 70624 px, but the picture has 2400",
            id="compressed run lengths of another picture",
        ),
        pytest.param(
            {"segmentation": {"size": [40, 60], "counts": "Po"}},
            "the mask's compressed run lengths are cut off or damaged; export the mask again",
            id="compressed run lengths cut off",
        ),
        pytest.param(
            {"segmentation": [[1, 2, "3", 4, 5, 6]]},
            "segmentation: [0][2]: expected float, found str; polygons or an RLE were expected",
            id="text in a polygon",
        ),
        pytest.param(
            {"segmentation": "mask.png"},
            "segmentation: expected object | array, found str; polygons or an RLE were expected",
            id="segmentation of another kind",
        ),
    ],
)
def test_wrong_annotation_is_named(write_coco, changes, sentence):
    config = write_coco(annotations=[{**OBJECT, **changes}])

    assert message_of(config.build) == HERE + sentence


@pytest.mark.parametrize(
    ("keypoints", "sentence"),
    [
        pytest.param([1, 2, 2], "has 3 keypoint numbers; 2 keypoints need 6", id="too few"),
        pytest.param(
            [1, 2, 2, 3, None, 2],
            "a keypoint holds a null or NaN; write 0, 0, 0 for one that is not labelled",
            id="null",
        ),
        pytest.param(
            [1, 2, 2, 3, float("inf"), 2],
            "a keypoint holds a null or NaN; write 0, 0, 0 for one that is not labelled",
            id="infinity",
        ),
        pytest.param(
            [1, 2, 2, 3, 4, 5],
            "a keypoint's visibility is not 0 (not labelled), 1 (hidden) or 2 (visible)",
            id="visibility",
        ),
    ],
)
def test_wrong_keypoints_are_named(write_coco, keypoints, sentence):
    config = write_coco(categories=[KEYPOINTS], annotations=[{**OBJECT, "keypoints": keypoints}])

    assert message_of(config.build) == HERE + sentence


@pytest.mark.parametrize(
    ("keypoints", "sentence"),
    [
        pytest.param([1, 2, "2", 3, 4, 2], "keypoints[2]: expected float | null, found str", id="text"),
        pytest.param({"head": [1, 2, 2]}, "keypoints: expected array | null, found object", id="by name"),
        pytest.param([[1, 2, 2], [3, 4, 2]], "keypoints[0]: expected float | null, found array", id="nested"),
    ],
)
def test_keypoints_of_another_form_are_named_by_position(write_coco, keypoints, sentence):
    config = write_coco(categories=[KEYPOINTS], annotations=[{**OBJECT, "keypoints": keypoints}])

    assert message_of(config.build) == f"val.json, annotations[0]: {sentence}"


def test_annotation_of_a_missing_image_is_named(write_coco):
    config = write_coco(annotations=[{**OBJECT, "image_id": 140}])

    assert message_of(config.build) == (
        "val.json, annotation 8812 (image 140): there is no image 140 in the file's 'images'; "
        "add it or remove the annotation"
    )


def test_repeated_annotation_id_is_named(write_coco):
    config = write_coco(annotations=[OBJECT, OBJECT])

    assert message_of(config.build) == HERE + "id 8812 stands more than once; give each annotation its own"


def test_annotation_that_lacks_a_field_is_named_by_its_position(write_coco):
    config = write_coco(annotations=[OBJECT, {"id": 3, "image_id": 139, "category_id": 1}])

    assert message_of(config.build) == "val.json, annotations[1]: has no 'bbox'"


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        pytest.param(
            [PICTURE, {**PICTURE, "file_name": "140.jpg"}],
            "image 139 (140.jpg): id 139 is also that of 139.jpg; give each its own",
            id="repeated id",
        ),
        pytest.param(
            [PICTURE, {**PICTURE, "id": 7, "height": 0}],
            "image 7 (139.jpg): a picture cannot be 60x0 px",
            id="no height",
        ),
        pytest.param([PICTURE, {"id": 7, "file_name": "7.jpg"}], "images[1]: has no 'height'", id="lacks a field"),
        pytest.param(
            [PICTURE, {**PICTURE, "id": 7, "width": "60"}],
            "images[1]: width: expected int, found str",
            id="text for a number",
        ),
    ],
)
def test_wrong_image_is_named(write_coco, images, sentence):
    config = write_coco(images=images)

    assert message_of(config.build) == f"val.json, {sentence}"


def test_missing_picture_file_is_named(write_coco):
    config = write_coco()
    Path("pictures/139.jpg").unlink()

    assert message_of(config.build) == (
        "val.json, image 139 (139.jpg): there is no such file in pictures; correct 'images' of the dataset"
    )


def test_missing_folder_of_pictures_is_named(write_coco):
    config = write_coco()
    Path("pictures").rename("photographs")

    assert message_of(config.build) == (
        "pictures: there is no such folder of pictures; correct 'images' of the dataset"
    )


def test_missing_annotation_file_is_named_by_metadata_and_build(write_coco):
    config = write_coco()
    Path("val.json").unlink()

    sentence = "val.json: there is no such annotation file; correct 'annotations' of the dataset"
    assert message_of(config.build) == sentence
    assert message_of(config.metadata) == sentence


def test_folder_in_the_place_of_the_file_is_named(write_coco):
    config = write_coco()
    Path("val.json").unlink()
    Path("val.json").mkdir()

    assert message_of(config.build) == "val.json: the annotation file cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            '{"images": [],\n "annotations": [,]}',
            "val.json, line 2, column 18: not valid JSON: invalid character",
            id="broken",
        ),
        pytest.param(
            '{"images": [],\n "annot',
            "val.json, line 2: the file ends in the middle of a value; it was cut off or never finished",
            id="cut off",
        ),
        pytest.param(
            "",
            "val.json, line 1: the file ends in the middle of a value; it was cut off or never finished",
            id="empty",
        ),
        pytest.param(
            '[{"image_id": 1}]',
            "val.json: holds a list, as files of results do; a COCO annotation file is an object with 'images', "
            "'annotations' and 'categories'",
            id="results",
        ),
        pytest.param(
            '{"categories": [{"id": 1}]}',
            "val.json: categories[0]: has no 'name'; a COCO annotation file was expected",
            id="category without name",
        ),
        pytest.param(
            '{"version": 3}',
            "val.json: has no 'categories'; a COCO annotation file was expected",
            id="another format",
        ),
        pytest.param(
            '{"categories": [], "images": [], "annotations": []}',
            "val.json: 'categories' is empty; list at least one category",
            id="no categories",
        ),
    ],
)
def test_file_that_is_not_coco_is_refused_with_its_place(write_coco, text, sentence):
    config = write_coco()
    Path("val.json").write_text(text)

    assert message_of(config.metadata) == sentence


@pytest.mark.parametrize(
    ("categories", "options", "sentence"),
    [
        pytest.param(
            [{"id": 1, "name": "cat"}, {"id": 1, "name": "dog"}],
            {},
            "val.json: category id 1 stands more than once; give each category its own",
            id="repeated id",
        ),
        pytest.param(
            [{"id": 1, "name": "cat"}, {"id": 4, "name": "cat"}],
            {},
            "val.json: categories 1, 4 are all named 'cat'; rename all but one",
            id="repeated name",
        ),
        pytest.param(
            [{"id": 1, "name": "cat"}],
            {"classes": ("dog",)},
            "val.json: has no category named 'dog'; it has 'cat'",
            id="unknown class",
        ),
        pytest.param(
            [KEYPOINTS, {"id": 2, "name": "dog", "keypoints": ["nose"]}],
            {},
            "val.json: categories 'cat' and 'dog' name different keypoints; "
            "a dataset has one list of keypoints, so choose one of them with 'classes'",
            id="different keypoints",
        ),
        pytest.param(
            [{**KEYPOINTS, "flip_indices": [0, 2]}],
            {},
            "val.json, category 'cat': 'flip_indices' must list each of 0 to 1 once",
            id="flip indices",
        ),
        pytest.param(
            [{**KEYPOINTS, "keypoints": ["head", "tail", "paw"], "flip_indices": [1, 2, 0]}],
            {},
            "val.json, category 'cat': 'flip_indices' makes keypoint 0 the keypoint 1, but not 1 the 0; "
            "mirroring twice must change nothing",
            id="flip indices that go round",
        ),
        pytest.param(
            [{**KEYPOINTS, "keypoints": ["head", "head"]}],
            {},
            "val.json, category 'cat': two keypoints are named 'head'; rename one of them",
            id="repeated keypoint",
        ),
        pytest.param(
            [KEYPOINTS],
            {"keypoint_flip": (("head", "paw"),)},
            "val.json: 'keypoint_flip' of the dataset names 'paw', but the keypoints are 'head', 'tail'",
            id="unknown keypoint to flip",
        ),
        pytest.param(
            [{"id": 1, "name": "cat"}],
            {"keypoint_flip": (("head", "tail"),)},
            "val.json: its categories name no keypoints, but 'keypoint_flip' of the dataset does",
            id="no keypoints to flip",
        ),
        pytest.param(
            [{**KEYPOINTS, "oks_sigmas": [0.1, 0]}],
            {},
            "val.json, category 'cat': 'oks_sigmas' must be 2 numbers above 0, one per keypoint",
            id="sigmas",
        ),
        pytest.param(
            [{**KEYPOINTS, "skeleton": [[0, 1]]}],
            {},
            "val.json, category 'cat': 'skeleton' must join keypoints 1 to 2",
            id="skeleton",
        ),
    ],
)
def test_wrong_category_is_named_by_metadata_and_build(write_coco, categories, options, sentence):
    config = write_coco(categories=categories, annotations=[], **options)

    assert message_of(config.metadata) == sentence
    assert message_of(config.build) == sentence


def test_a_class_asked_for_twice_is_refused_before_the_file_is_read():
    with pytest.raises(ValueError, match=r"^'classes' must not name 'cat' twice: items 0 and 2$"):
        CocoDatasetConfig(images="pictures", annotations="nowhere.json", classes=("cat", "dog", "cat"))


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ((("head", "tail"), ("tail", "paw")), "'keypoint_flip' must not name 'tail' twice: items 1 and 2"),
        ((("head", "tail", "paw"),), "'keypoint_flip' must have 2 items, not 3: ['head', 'tail', 'paw']"),
        ((("head", ""),), "'keypoint_flip' must not hold an empty name: item 1"),
    ],
)
def test_wrong_pairs_of_a_mirror_are_refused_before_the_file_is_read(pairs, sentence):
    with pytest.raises(ValueError, match="keypoint_flip") as caught:
        CocoDatasetConfig(images="pictures", annotations="nowhere.json", keypoint_flip=pairs)

    assert str(caught.value) == sentence


def test_a_class_asked_for_twice_in_python_is_refused():
    cat = Category(id=1, name="cat")

    with pytest.raises(DatasetError, match=r"^val.json: 'classes' of the dataset names 'cat' more than once$"):
        chosen_categories([cat], ("cat", "cat"), Path("val.json"))


def test_file_without_pictures_is_refused(write_coco):
    assert message_of(write_coco(images=[], annotations=[]).build) == "val.json: lists no pictures"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"filter_empty": True}, "val.json: lists no pictures with objects"),
        ({"min_keypoints": 1}, "val.json: lists no pictures with 1 labelled keypoints or more"),
    ],
)
def test_filter_that_leaves_nothing_is_refused(write_coco, options, sentence):
    config = write_coco(annotations=[], **options)

    assert message_of(config.build) == sentence


def test_first_twenty_of_many_mistakes_are_listed_with_their_number(write_coco):
    config = write_coco(annotations=[{**OBJECT, "id": number, "bbox": [0, 0, -number, 9]} for number in range(1, 31)])

    lines = message_of(config.build).splitlines()

    assert lines[0] == "val.json: 30 mistakes"
    assert lines[1] == f"  val.json, annotation 1 (image 139.jpg): box has width -1 px; {CORNERS}"
    assert lines[20] == f"  val.json, annotation 20 (image 139.jpg): box has width -20 px; {CORNERS}"
    assert lines[21:] == ["  … and 10 more"]


def test_wrong_records_are_left_out_with_one_warning_where_that_is_asked_for(write_coco):
    images = [PICTURE, {**PICTURE, "id": 7, "file_name": "7.jpg"}]
    annotations = [{**OBJECT, "bbox": [0, 0, -3, 9]}, {**OBJECT, "id": 2}, {**OBJECT, "id": 3, "image_id": 7}]
    config = write_coco(images=images, annotations=annotations, invalid="skip")
    Path("pictures/7.jpg").unlink()

    dataset, message = warned(config.build)

    assert message == (
        "val.json: 2 records left out because they are wrong ('invalid' of the dataset is \"skip\"); "
        f"the first: {HERE}box has width -3 px; {CORNERS}"
    )
    assert len(dataset) == 1
    assert [annotation["id"] for annotation in dataset[0]["annotations"]] == [2]


def test_boxes_nothing_can_be_learnt_from_are_kept_with_one_warning(write_coco):
    boxes = [[10, 5, 0, 30], [61, 5, 20, 30], [0, 0, 1, 1], [-5, -5, 10, 10]]
    config = write_coco(annotations=[{**OBJECT, "id": at, "bbox": box} for at, box in enumerate(boxes)])

    dataset, message = warned(config.build)

    assert message == (
        "val.json: 2 records with a box that has no area inside its picture; they count in evaluation, "
        "not in training; the first: val.json, annotation 0 (image 139.jpg): 0x30 px at (10, 5)"
    )
    assert len(dataset[0]["annotations"]) == 4


def test_objects_half_of_which_have_masks_count_as_without(write_coco):
    annotations = [{**OBJECT, "segmentation": [[10, 5, 30, 5, 30, 35]]}, {**OBJECT, "id": 2}]

    dataset, message = warned(write_coco(annotations=annotations).build)

    assert message == ("val.json: only 1 of 2 objects have a segmentation, so the dataset counts as one without masks")
    assert dataset.metadata.has_masks is False


def test_good_file_is_read_without_a_warning(write_coco):
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        write_coco().build()


def test_infinite_box_is_named_although_json_has_no_such_number(write_coco):
    config = write_coco()
    document = json.loads(Path("val.json").read_text())
    document["annotations"][0]["bbox"][2] = float("inf")
    Path("val.json").write_text(json.dumps(document))

    assert (
        message_of(config.build) == HERE + "the box holds a null or NaN; write four numbers, or remove the annotation"
    )
