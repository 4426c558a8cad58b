"""Datasets of records, alone and together."""

import pytest

from detcore.data import ConcatenatedDataset, ListDataset, ShapesConfig, check_classes
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata


def record(image_id, **changes):
    return {
        "file_name": f"{image_id}.jpg",
        "height": 10,
        "width": 20,
        "image_id": image_id,
        "annotations": [],
    } | changes


def metadata(*classes, **others):
    return DatasetMetadata(classes=classes, **others)


def test_a_plain_function_of_dicts_is_a_dataset():
    def my_pictures():
        return [record(0), record(1, height=7)]

    dataset = ListDataset(my_pictures(), metadata("cat"))

    assert len(dataset) == 2
    assert dataset[1]["image_id"] == 1
    assert dataset.image_size(1) == (7, 20)


def test_a_dataset_may_be_empty():
    assert len(ListDataset([], metadata("cat"))) == 0


BROKEN = [
    pytest.param({"bbox": [5, 0, 2, 4], "category_id": 0}, "box has width -3 px", id="xyxy of negative width"),
    pytest.param(
        {"bbox": [5, 0, 2, -4], "bbox_mode": "xywh", "category_id": 0}, "box has height -4 px", id="negative height"
    ),
    pytest.param(
        {"bbox": [0, 0, float("nan"), 1], "category_id": 0},
        "bbox must be four finite numbers, not [0, 0, nan, 1]",
        id="nan",
    ),
    pytest.param({"bbox": [0, 0, 1], "category_id": 0}, "bbox must be four finite numbers, not [0, 0, 1]", id="three"),
    pytest.param({"bbox": [0, 0, 1, 1], "category_id": 2}, "category_id 2 is not one of the 2 classes", id="class"),
    pytest.param({"category_id": 0}, "has no bbox", id="no box"),
    pytest.param(
        {"bbox": [0, 0, 1, 1], "bbox_mode": "cxcywh", "category_id": 0},
        "bbox_mode must be 'xyxy' or 'xywh', not 'cxcywh'",
        id="mode",
    ),
    pytest.param(
        {"bbox": [0, 0, 1, 1], "category_id": 0, "segmentation": [[0, 0, 1]]},
        "a polygon has an odd number of coordinates",
        id="polygon",
    ),
    pytest.param(
        {"bbox": [0, 0, 1, 1], "category_id": 0, "segmentation": {"size": [20, 10], "counts": b""}},
        "its mask is for a picture of [20, 10] (height, width), not of [10, 20]",
        id="mask of another size",
    ),
    pytest.param(
        {"bbox": [0, 0, 1, 1], "category_id": 0, "keypoints": [1, 2]},
        "keypoints must be x y visibility for each, found 2 numbers",
        id="keypoints",
    ),
]


@pytest.mark.parametrize(("annotation", "complaint"), BROKEN)
def test_a_broken_annotation_is_named_by_picture_and_id(annotation, complaint):
    with pytest.raises(DatasetError) as caught:
        ListDataset([record(3, annotations=[annotation | {"id": 88}])], metadata("cat", "dog", name="pets"))

    assert str(caught.value) == f"dataset 'pets': record 0 (3.jpg): annotation 88: {complaint}"


def test_an_empty_box_is_no_mistake():
    flat = {"bbox": [1, 1, 1, 5], "category_id": 0}

    assert len(ListDataset([record(0, annotations=[flat])], metadata("cat"))) == 1


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        pytest.param({"height": 4, "width": 4, "annotations": []}, "has no image_id, file_name", id="keys"),
        pytest.param(record(1, width=0), "a picture cannot be 0×10 px", id="size"),
    ],
)
def test_a_broken_record_is_named(broken, complaint):
    with pytest.raises(DatasetError, match=complaint):
        ListDataset([broken], metadata("cat"))


def test_an_image_id_that_stands_twice_is_refused():
    records = [record(4), record(5), record(4, file_name="again.jpg")]

    with pytest.raises(DatasetError, match=r"^record 2 \(again.jpg\): image_id 4 is already that of record 0$"):
        ListDataset(records, metadata("cat"))


def test_twenty_problems_are_told_and_the_others_counted():
    broken = [record(index, annotations=[{"bbox": [0, 0, -1, 1], "category_id": 0}]) for index in range(23)]

    with pytest.raises(DatasetError) as caught:
        ListDataset(broken, metadata("cat"))

    lines = str(caught.value).splitlines()
    assert lines[0] == "23 problems:"
    assert len(lines) == 22
    assert lines[-1].strip() == "… and 3 more"


def test_datasets_are_laid_end_to_end():
    first = ListDataset([record("a"), record("b")], metadata("cat", name="one"))
    empty = ListDataset([], metadata("cat", name="none"))
    last = ListDataset([record("c", height=5)], metadata("cat", name="two"))

    together = ConcatenatedDataset([first, empty, last])

    assert [together[index]["image_id"] for index in range(len(together))] == ["a", "b", "c"]
    assert together.image_size(2) == (5, 20)
    assert together[-1]["image_id"] == "c"
    with pytest.raises(IndexError):
        together[3]


def ids_of(dataset):
    assert [dataset.image_id(index) for index in range(len(dataset))] == [record["image_id"] for record in dataset]
    return [record["image_id"] for record in dataset]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        pytest.param(("one", "two"), [1, "one/2", "two/2", 3], id="by name"),
        pytest.param(("one", "one"), [1, "0/2", "1/2", 3], id="of one name"),
        pytest.param(("", "two"), [1, "0/2", "1/2", 3], id="without a name"),
    ],
)
def test_image_ids_that_clash_are_told_apart(names, ids):
    first = ListDataset([record(1), record(2)], metadata("cat", name=names[0]))
    last = ListDataset([record(2), record(3)], metadata("cat", name=names[1]))

    assert ids_of(ConcatenatedDataset([first, last])) == ids


def test_generated_pictures_laid_end_to_end_are_told_apart():
    shapes = ShapesConfig(num_images=3, size=(32, 32)).build()

    ids = ids_of(ConcatenatedDataset([shapes, shapes]))

    assert ids == ["0/0", "0/1", "0/2", "1/0", "1/1", "1/2"]


def test_image_ids_that_would_clash_again_are_refused():
    datasets = [ListDataset([record(each), record("0/5")], metadata("cat")) for each in (5, 5)]

    with pytest.raises(DatasetError, match="image id '0/5' would stand for several pictures of 0, 1; rename it"):
        ConcatenatedDataset(datasets)


def test_datasets_of_different_classes_are_refused():
    cats = ListDataset([], metadata("cat", "dog", name="one"))
    dogs = ListDataset([], metadata("dog", "cat", name="two"))

    with pytest.raises(DatasetError) as caught:
        ConcatenatedDataset([cats, dogs])

    expected = (
        "dataset 'two' has the classes [dog, cat], but dataset 'one' lists [cat, dog]: names and order must agree"
    )
    assert str(caught.value) == expected


def test_datasets_of_different_keypoints_are_refused():
    one = ListDataset([], metadata("cat", name="one", keypoints=("nose",)))
    two = ListDataset([], metadata("cat", name="two"))

    with pytest.raises(DatasetError) as caught:
        ConcatenatedDataset([one, two])

    assert str(caught.value) == "datasets 'one' and 'two' have different keypoints: ['nose'] and []"


@pytest.mark.parametrize(
    ("each", "together"),
    [((True, True), True), ((True, None), None), ((None, False), False)],
    ids=["all", "unknown", "not all"],
)
def test_masks_are_there_if_all_have_them(each, together):
    datasets = [ListDataset([], metadata("cat", has_masks=has_masks)) for has_masks in each]

    assert ConcatenatedDataset(datasets).metadata.has_masks is together


def test_own_category_ids_survive_only_where_they_agree():
    one = ListDataset([], metadata("cat", name="one", category_ids=(17,)))
    two = ListDataset([], metadata("cat", name="two", category_ids=(18,)))

    assert ConcatenatedDataset([one, one]).metadata.category_ids == (17,)
    assert ConcatenatedDataset([one, two]).metadata.category_ids == ()


def test_classes_of_the_config_are_compared_with_the_dataset():
    check_classes(["cat"], metadata("cat"))

    with pytest.raises(DatasetError) as caught:
        check_classes(["cat", "dog"], metadata("cat"))

    expected = "a dataset has the classes [cat], but data.classes lists [cat, dog]: names and order must agree"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("each", "together"),
    [((("things", "sky"), ("things", "sky")), ("things", "sky")), ((("things", "sky"), ()), ())],
    ids=["all", "not all"],
)
def test_semantic_maps_are_there_if_all_have_them(each, together):
    datasets = [ListDataset([], metadata("cat", stuff_classes=stuff)) for stuff in each]

    assert ConcatenatedDataset(datasets).metadata.stuff_classes == together


def test_datasets_of_different_stuff_are_refused():
    sky, sea = (ListDataset([], metadata("cat", stuff_classes=("things", name))) for name in ("sky", "sea"))

    with pytest.raises(DatasetError) as caught:
        ConcatenatedDataset([sky, sea])

    assert str(caught.value) == "datasets have different stuff classes: ['things', 'sea'], ['things', 'sky']"
