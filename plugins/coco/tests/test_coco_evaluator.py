"""What the evaluator says, on cases small enough to check by eye."""

import math
import pickle

import pytest
import torch

from det_plugin_coco import CocoEvaluatorConfig
from detcore.errors import ConfigError, DatasetError
from detcore.evaluation import RLEMasks
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances, ROIMasks, rle

METADATA = DatasetMetadata(classes=("cat", "dog"), category_ids=(7, 3), name="pets")
SQUARE = [10.0, 10.0, 50.0, 50.0]  # x1 y1 x2 y2: 1600 px, medium
POLYGON = [[10.0, 10.0, 50.0, 10.0, 50.0, 50.0, 10.0, 50.0]]


def evaluator(**options):
    return CocoEvaluatorConfig(**options).build(metadata=METADATA)


def picture(image_id=1, *, objects=(), **more):
    return {"image_id": image_id, "height": 100, "width": 100, "annotations": list(objects), **more}


def cat(box=SQUARE, **more):
    return {"bbox": box, "category_id": 0, **more}


def predicted(boxes, *, scores=None, classes=None, with_masks=False):
    instances = Instances(
        (100, 100),
        pred_boxes=Boxes(boxes),
        scores=torch.tensor(scores or [0.9] * len(boxes)),
        pred_classes=torch.tensor(classes or [0] * len(boxes), dtype=torch.int64),
    )
    if with_masks:
        instances.pred_masks = ROIMasks(torch.ones(len(boxes), 28, 28), instances.pred_boxes.tensor)
    return {"instances": instances}


def result_of(inputs, outputs, **options):
    measured = evaluator(**options)
    measured.process(inputs, outputs)
    return measured.evaluate()


def test_one_right_detection_is_perfect():
    result = result_of([picture(objects=[cat()])], [predicted([SQUARE])])

    assert result["bbox"]["AP"] == pytest.approx(100)
    assert result["bbox"]["APm"] == pytest.approx(100)
    assert result["bbox"]["AR1"] == pytest.approx(100)
    assert result["bbox"]["per_class"]["cat"] == pytest.approx(100)
    assert result["bbox"]["per_class_AP75"]["cat"] == pytest.approx(100)


def test_what_has_no_ground_truth_is_not_a_number():
    box = result_of([picture(objects=[cat()])], [predicted([SQUARE])])["bbox"]

    assert math.isnan(box["APs"])
    assert math.isnan(box["APl"])
    assert math.isnan(box["per_class"]["dog"])


def test_half_overlapping_detection_counts_at_the_lower_thresholds_alone():
    shifted = [10.0, 10.0, 50.0, 34.0]  # IoU 0.6 with the square: right at 0.5, 0.55 and 0.6 of ten thresholds

    box = result_of([picture(objects=[cat()])], [predicted([shifted])])["bbox"]

    assert box["AP50"] == pytest.approx(100)
    assert box["AP75"] == 0
    assert box["AP"] == pytest.approx(30)


def test_boxes_are_read_in_both_notations():
    objects = [cat([10.0, 10.0, 40.0, 40.0], bbox_mode="xywh")]

    assert result_of([picture(objects=objects)], [predicted([SQUARE])])["bbox"]["AP"] == pytest.approx(100)


def test_detection_of_a_crowd_is_excused():
    crowd = cat([60.0, 60.0, 90.0, 90.0], iscrowd=1)
    outputs = [predicted([SQUARE, [61.0, 61.0, 80.0, 80.0]], scores=[0.5, 0.9])]

    assert result_of([picture(objects=[cat(), crowd])], outputs)["bbox"]["AP"] == pytest.approx(100)


def test_detection_of_the_wrong_class_counts_where_classes_are_ignored():
    inputs, outputs = [picture(objects=[cat()])], [predicted([SQUARE], classes=[1])]

    assert result_of(inputs, outputs)["bbox"]["AP"] == 0
    agnostic = result_of(inputs, outputs, use_categories=False)["bbox"]
    assert agnostic["AP"] == pytest.approx(100)
    assert "per_class" not in agnostic


def test_limits_of_detections_name_the_recalls():
    outputs = [predicted([[0.0, 0.0, 9.0, 9.0], SQUARE], scores=[0.9, 0.8])]

    box = result_of([picture(objects=[cat()])], outputs, max_detections=(1, 2))["bbox"]

    assert box["AR1"] == 0
    assert box["AR2"] == pytest.approx(100)
    assert box["AP"] == pytest.approx(50)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        pytest.param([], [], id="no pictures"),
        pytest.param([picture()], [predicted([])], id="no objects and no detections"),
        pytest.param([picture()], [predicted([SQUARE])], id="no objects"),
    ],
)
def test_nothing_to_measure_is_not_a_number(inputs, outputs):
    box = result_of(inputs, outputs)["bbox"]

    assert math.isnan(box["AP"])
    assert math.isnan(box["per_class"]["cat"])


def test_no_detections_are_zero():
    result = result_of([picture(objects=[cat(segmentation=POLYGON)])], [predicted([], with_masks=True)])

    assert result["bbox"]["AP"] == 0
    assert result["segm"]["AP"] == 0


def test_picture_without_detections_counts():
    inputs = [picture(1, objects=[cat()]), picture(2, objects=[cat()])]

    box = result_of(inputs, [predicted([SQUARE]), predicted([])])["bbox"]

    assert box["AR100"] == pytest.approx(50)


def test_masks_are_measured_where_both_sides_have_them():
    inputs = [picture(objects=[cat(segmentation=POLYGON)])]

    both = result_of(inputs, [predicted([SQUARE], with_masks=True)])

    assert both["segm"]["AP"] == pytest.approx(100)
    assert list(result_of(inputs, [predicted([SQUARE])])) == ["bbox"]
    assert list(result_of([picture(objects=[cat()])], [predicted([SQUARE], with_masks=True)])) == ["bbox"]


def test_only_the_wanted_task_is_measured():
    inputs = [picture(objects=[cat(segmentation=POLYGON)])]

    result = result_of(inputs, [predicted([SQUARE], with_masks=True)], tasks=("segm",))

    assert list(result) == ["segm"]


def test_area_is_that_of_the_mask_where_none_is_stored():
    strip = [[10.0, 10.0, 50.0, 10.0, 50.0, 20.0, 10.0, 20.0]]  # 400 px: small, though its box is medium

    box = result_of([picture(objects=[cat(segmentation=strip)])], [predicted([SQUARE])])["bbox"]

    assert box["APs"] == pytest.approx(100)
    assert math.isnan(box["APm"])


def test_boxes_of_a_model_that_predicts_masks_alone_are_those_of_the_masks():
    mask = rle.from_polygons(POLYGON, 100, 100)
    instances = Instances((100, 100), scores=torch.tensor([0.9]), pred_classes=torch.tensor([0]))
    instances.pred_masks = RLEMasks([mask])

    result = result_of([picture(objects=[cat(segmentation=POLYGON)])], [{"instances": instances}])

    assert result["bbox"]["AP"] == pytest.approx(100)
    assert result["segm"]["AP"] == pytest.approx(100)


def test_picture_seen_by_two_ranks_counts_once():
    first, second, together = evaluator(), evaluator(), evaluator()
    first.process([picture(1, objects=[cat()])], [predicted([SQUARE])])
    second.process([picture(2, objects=[cat()])], [predicted([])])
    second.process([picture(1, objects=[cat()])], [predicted([SQUARE])])

    together.merge(pickle.loads(pickle.dumps([first.state(), second.state()])))

    assert len(together.state()) == 2
    assert together.evaluate()["bbox"]["AR100"] == pytest.approx(50)


def test_pictures_of_two_datasets_may_share_an_id():
    inputs = [picture(1, objects=[cat()], file_name=name) for name in ("a/1.jpg", "b/1.jpg")]

    box = result_of(inputs, [predicted([SQUARE]), predicted([])])["bbox"]

    assert box["AR100"] == pytest.approx(50)


def test_order_of_pictures_does_not_matter():
    """Scores are equal, so only the order of pictures, which is that of their ids, decides the precision."""
    inputs = [picture(name, objects=[cat()]) for name in (3, 20, "x")]
    outputs = [predicted([SQUARE]), predicted([[0.0, 0.0, 9.0, 9.0]]), predicted([SQUARE])]

    forwards = result_of(inputs, outputs)
    backwards = result_of(inputs[::-1], outputs[::-1])

    assert forwards["bbox"]["AP"] == backwards["bbox"]["AP"]


def test_reset_forgets():
    measured = evaluator()
    measured.process([picture(objects=[cat()])], [predicted([SQUARE])])

    measured.reset()

    assert measured.state() == {}


def test_nothing_is_printed(capsys):
    result_of([picture(objects=[cat()])], [predicted([SQUARE])])

    assert capsys.readouterr().out == ""


def test_class_that_the_dataset_does_not_have_is_refused():
    measured = evaluator()

    with pytest.raises(DatasetError) as caught:
        measured.process([picture()], [predicted([SQUARE], classes=[2])])

    assert str(caught.value) == (
        "the model predicts class 2, but dataset 'pets' has 2 classes, 0 to 1; "
        "evaluate on the classes that the model was trained on"
    )


def test_masks_asked_of_a_model_without_are_refused():
    measured = evaluator(tasks=("segm",))

    with pytest.raises(ConfigError) as caught:
        measured.process([picture()], [predicted([SQUARE])])

    assert str(caught.value) == (
        "evaluator 'coco' is to measure 'segm', but the model predicts no masks; "
        "give it a mask head, or take 'segm' out of the evaluator's 'tasks'"
    )


def test_masks_asked_of_objects_without_are_refused():
    measured = evaluator(tasks=("segm",))
    measured.process([picture(objects=[cat()], file_name="1.jpg")], [predicted([SQUARE], with_masks=True)])

    with pytest.raises(DatasetError) as caught:
        measured.evaluate()

    assert str(caught.value) == (
        "evaluator 'coco' is to measure 'segm', but 1 of 1 pictures have objects without a segmentation "
        "(the first: 1.jpg); take 'segm' out of the evaluator's 'tasks'"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {"max_detections": (100, 10)},
            "'max_detections' must be rising numbers from 1, such as [1, 10, 100], not [100, 10]",
            id="falling limits",
        ),
        pytest.param(
            {"max_detections": ()},
            "'max_detections' must be rising numbers from 1, such as [1, 10, 100], not []",
            id="no limits",
        ),
        pytest.param(
            {"tasks": ()},
            "'tasks' must name one or more of 'bbox', 'segm' and 'keypoints', once each; "
            "leave it out to decide by itself",
            id="no tasks",
        ),
    ],
)
def test_wrong_option_is_refused(options, sentence):
    with pytest.raises(ValueError, match="must") as caught:
        CocoEvaluatorConfig(**options)

    assert str(caught.value) == sentence


def test_masks_are_needed_only_where_they_are_asked_for():
    assert "instances.pred_masks" in CocoEvaluatorConfig(tasks=("bbox", "segm")).needs().outputs
    assert "instances.pred_masks" not in CocoEvaluatorConfig().needs().outputs
