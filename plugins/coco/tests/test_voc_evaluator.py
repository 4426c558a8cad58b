"""Average precision as Pascal VOC has it, on cases small enough to check by eye."""

import math
import pickle

import pytest
import torch

from det_plugin_coco import VocEvaluatorConfig
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances

SQUARE = [10.0, 10.0, 50.0, 50.0]
FAR = [60.0, 60.0, 90.0, 90.0]


def evaluator(**settings):
    return VocEvaluatorConfig(**settings).build(metadata=DatasetMetadata(classes=("cat", "dog")))


def picture(*boxes, image_id=0, **more):
    objects = [{"bbox": box, "category_id": 0, **more} for box in boxes]
    return {"image_id": image_id, "height": 100, "width": 100, "annotations": objects}


def detected(*boxes, scores, classes=None):
    return {
        "instances": Instances(
            (100, 100),
            pred_boxes=Boxes(list(boxes)),
            scores=torch.tensor(scores),
            pred_classes=torch.tensor(classes or [0] * len(boxes), dtype=torch.int64),
        )
    }


def result(inputs, outputs, **settings):
    measured = evaluator(**settings)
    measured.process(inputs, outputs)
    return measured.evaluate()["voc"]


def test_one_right_detection_is_perfect_and_a_class_without_objects_is_not_a_number():
    table = result([picture(SQUARE)], [detected(SQUARE, scores=[0.9])])

    assert (table["AP"], table["AP50"], table["AP75"]) == pytest.approx((100, 100, 100))
    assert table["per_class_AP50"]["cat"] == pytest.approx(100)
    assert math.isnan(table["per_class_AP50"]["dog"])


def test_an_object_is_found_once_and_by_the_best_detection():
    table = result([picture(SQUARE, FAR)], [detected(SQUARE, SQUARE, FAR, scores=[0.9, 0.8, 0.7])])

    # Right, wrong, right: precision 1 up to half of the objects, then two thirds.
    assert table["AP50"] == pytest.approx(100 * (0.5 * 1 + 0.5 * 2 / 3))


def test_eleven_points_are_not_the_area():
    pictures, found = [picture(SQUARE, FAR)], [detected(SQUARE, scores=[0.9])]

    assert result(pictures, found)["AP50"] == pytest.approx(50)
    # Recalls 0, 0.1, …, 0.5 are reached.
    assert result(pictures, found, interpolation="eleven-points")["AP50"] == pytest.approx(100 * 6 / 11)


def test_difficult_objects_need_not_be_found_and_count_for_nothing():
    pictures = [picture(SQUARE), picture(SQUARE, image_id=1, iscrowd=1)]

    found = [detected(SQUARE, scores=[0.5]), detected(SQUARE, scores=[0.9])]

    assert result(pictures, found)["AP50"] == pytest.approx(100)


def test_an_overlap_must_be_exceeded():
    half = [10.0, 10.0, 50.0, 30.0]

    assert result([picture(SQUARE)], [detected(half, scores=[0.9])])["AP50"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        pytest.param([picture(SQUARE)], [detected(scores=[])], 0, id="no detection"),
        pytest.param([picture()], [detected(scores=[])], math.nan, id="no object either"),
        pytest.param([picture()], [detected(SQUARE, scores=[0.9])], math.nan, id="no object"),
        pytest.param([], [], math.nan, id="no picture"),
        pytest.param([picture(SQUARE)], [detected(SQUARE, scores=[0.9], classes=[1])], 0, id="another class"),
    ],
)
def test_empty_cases(inputs, outputs, expected):
    assert result(inputs, outputs)["AP50"] == pytest.approx(expected, nan_ok=True)


def test_parts_of_an_evaluation_are_put_together():
    first, second, whole = evaluator(), evaluator(), evaluator()
    first.process([picture(SQUARE)], [detected(SQUARE, scores=[0.9])])
    second.process([picture(FAR, image_id=1)], [detected(SQUARE, scores=[0.8])])

    whole.merge([pickle.loads(pickle.dumps(each.state())) for each in (first, second)])

    assert whole.evaluate()["voc"]["AP50"] == pytest.approx(50)
    whole.reset()
    assert math.isnan(whole.evaluate()["voc"]["AP50"])
