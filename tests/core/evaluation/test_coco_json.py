"""Predictions as COCO's files of results hold them."""

import json

import pytest
import torch

from detcore.errors import DatasetError
from detcore.evaluation import RLEMasks, coco_predictions, instances_from_predictions, write_predictions
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances, Keypoints, ROIMasks, rle

METADATA = DatasetMetadata(classes=("cat", "dog"), category_ids=(17, 3))
INPUT = {"image_id": "a", "height": 20, "width": 30, "annotations": []}


def output(*, classes=(1,), with_masks=False):
    boxes = Boxes([[2.0, 4.0, 10.0, 9.0]] * len(classes))
    instances = Instances(
        (20, 30), pred_boxes=boxes, scores=torch.full((len(classes),), 0.5), pred_classes=torch.tensor(classes).long()
    )
    if with_masks:
        instances.pred_masks = ROIMasks(torch.ones(len(classes), 14, 14), boxes.tensor)
    return {"instances": instances}


def test_box_is_x_y_width_height_and_the_category_the_datasets_own():
    assert coco_predictions([INPUT], [output()], METADATA) == [
        {"image_id": "a", "category_id": 3, "bbox": [2.0, 4.0, 8.0, 5.0], "score": 0.5}
    ]


def test_mask_is_pasted_into_the_wanted_size_and_can_be_written():
    [prediction] = coco_predictions([INPUT], [output(with_masks=True)], METADATA)

    mask = json.loads(json.dumps(prediction))["segmentation"]
    assert mask["size"] == [20, 30]
    assert rle.area(mask) == 8 * 5


def test_keypoints_name_the_pixel_they_lie_in_and_carry_a_score():
    result = output()
    result["instances"].pred_keypoints = Keypoints([[[2.5, 4.5, 0.75], [9.0, 8.25, 0.5]]])

    [prediction] = coco_predictions([INPUT], [result], METADATA)

    assert prediction["keypoints"] == [2.0, 4.0, 0.75, 8.5, 7.75, 0.5]


def test_stored_keypoints_are_points_again():
    keypoints = [2.0, 4.1, 0.75, 8.5, 7.75, 0.5]
    written = [{"image_id": "a", "category_id": 3, "score": 0.5, "keypoints": keypoints}]

    instances = instances_from_predictions(written, METADATA, height=20, width=30)

    expected = torch.tensor([[[2.5, 4.6, 0.75], [9.0, 8.25, 0.5]]])
    torch.testing.assert_close(instances.pred_keypoints.tensor, expected)
    assert coco_predictions([INPUT], [{"instances": instances}], METADATA) == written


def test_no_detections_are_no_predictions():
    assert coco_predictions([INPUT], [output(classes=(), with_masks=True)], METADATA) == []


def test_model_of_masks_alone_writes_no_boxes():
    instances = Instances((20, 30), scores=torch.tensor([0.5]), pred_classes=torch.tensor([0]))
    instances.pred_masks = RLEMasks([rle.from_polygons([[0, 0, 4, 0, 4, 4, 0, 4]], 20, 30)])

    [prediction] = coco_predictions([INPUT], [{"instances": instances}], METADATA)

    assert sorted(prediction) == ["category_id", "image_id", "score", "segmentation"]


def test_class_the_dataset_does_not_have_is_refused():
    with pytest.raises(DatasetError) as caught:
        coco_predictions([INPUT], [output(classes=(0, 2))], METADATA)

    assert str(caught.value) == (
        "the model predicts class 2, but dataset has 2 classes, 0 to 1; "
        "evaluate on the classes that the model was trained on"
    )


def test_predictions_become_instances_and_the_same_predictions_again():
    written = coco_predictions([INPUT], [output(classes=(1, 0), with_masks=True)], METADATA)

    instances = instances_from_predictions(written, METADATA, height=20, width=30)

    assert instances.pred_boxes.tensor.tolist() == [[2.0, 4.0, 10.0, 9.0]] * 2
    assert instances.pred_classes.tolist() == [1, 0]
    assert coco_predictions([INPUT], [{"instances": instances}], METADATA) == written


def test_no_predictions_are_empty_instances():
    instances = instances_from_predictions([], METADATA, height=20, width=30)

    assert len(instances) == 0
    assert instances.pred_boxes.tensor.shape == (0, 4)
    assert instances.pred_masks.to_rle(20, 30) == []


def test_stored_mask_of_another_size_is_refused():
    masks = RLEMasks([{"size": [20, 30], "counts": [600]}])

    with pytest.raises(ValueError, match="picture") as caught:
        masks.to_rle(30, 20)

    assert str(caught.value) == "the mask is of a picture of [20, 30], not of [30, 20]"


def test_file_of_predictions_grows_by_batches(tmp_path):
    path = tmp_path / "predictions/coco.json"

    with write_predictions(path, METADATA) as file:
        file([INPUT], [output()])
        file([INPUT, INPUT], [output(classes=()), output(with_masks=True)])

    assert file.count == 2
    assert [prediction["bbox"] for prediction in json.loads(path.read_text())] == [[2.0, 4.0, 8.0, 5.0]] * 2


def test_file_without_predictions_is_an_empty_list(tmp_path):
    with write_predictions(tmp_path / "coco.json", METADATA):
        pass

    assert json.loads((tmp_path / "coco.json").read_text()) == []


def test_error_leaves_no_file(tmp_path):
    with pytest.raises(DatasetError), write_predictions(tmp_path / "coco.json", METADATA) as file:
        file([INPUT], [output(classes=(0, 2))])

    assert list(tmp_path.iterdir()) == []
