"""What the evaluator says of keypoints, on cases small enough to check by eye."""

import math

import pytest
import torch
from attrs import evolve

from det_plugin_coco import CocoEvaluatorConfig
from detcore.errors import ConfigError, DatasetError
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances, Keypoints

TUBES = DatasetMetadata(classes=("tube", "pen"), keypoints=("head", "tail"), keypoint_sigmas=(0.05, 0.05), name="tubes")
BOX = [10.0, 10.0, 50.0, 50.0]  # x1 y1 x2 y2: 1600 px, medium
ENDS = [[20.5, 20.5], [40.5, 40.5]]
NO_SIGMAS = (
    "nobody says how exact the data's 2 keypoints can be: COCO's numbers are for the 17 of a person; "
    "give 2 'keypoint_sigmas', such as 0.05 each"
)


def tube(ends=ENDS, *, visibility=(2, 2), class_id=0, **more):
    keypoints = [value for point, seen in zip(ends, visibility, strict=True) for value in (*point, seen)]
    return {"bbox": BOX, "category_id": class_id, "keypoints": keypoints, **more}


def picture(*objects, **more):
    return {"image_id": 1, "height": 100, "width": 100, "annotations": list(objects), **more}


def predicted(*ends, boxes=True, keypoints=True, class_id=0):
    points = torch.tensor(ends).reshape(len(ends), -1, 2)
    instances = Instances((100, 100), scores=torch.full((len(ends),), 0.9))
    instances.pred_classes = torch.full((len(ends),), class_id)
    if keypoints:
        instances.pred_keypoints = Keypoints(torch.cat([points, torch.ones_like(points[..., :1])], dim=2))
    if boxes:
        instances.pred_boxes = Boxes([BOX] * len(ends))
    return {"instances": instances}


def result_of(inputs, outputs, *, metadata=TUBES, **options):
    measured = CocoEvaluatorConfig(**options).build(metadata=metadata)
    measured.process(inputs, outputs)
    return measured.evaluate()


def shifted(distance):
    """Both ends this many pixels too far to the right."""
    return [[x + distance, y] for x, y in ENDS]


def test_right_keypoints_are_perfect():
    points = result_of([picture(tube())], [predicted(ENDS)])["keypoints"]

    assert points["AP"] == pytest.approx(100)
    assert points["APm"] == pytest.approx(100)
    assert points["AR75"] == pytest.approx(100)
    assert points["per_class"]["tube"] == pytest.approx(100)
    assert math.isnan(points["APl"])
    assert "APs" not in points


def test_keypoints_in_the_wrong_order_are_wrong():
    """The box is right all the same: what a flip that swaps head and tail would look like."""
    result = result_of([picture(tube())], [predicted(ENDS[::-1])])

    assert result["keypoints"]["AP50"] == 0
    assert result["bbox"]["AP"] == pytest.approx(100)


def test_similarity_falls_with_distance_measured_in_sigmas_and_size():
    # exp(−d² / (2 · area · (2 · sigma)²)) with sigma 0.05 and area 1600: 0.61 at 4 px, 0.5 at 4.71 px.
    assert result_of([picture(tube())], [predicted(shifted(4.0))])["keypoints"]["AP"] == pytest.approx(30)
    assert result_of([picture(tube())], [predicted(shifted(4.8))])["keypoints"]["AP"] == 0


def test_sigmas_of_the_settings_come_before_those_of_the_dataset():
    far = [predicted(shifted(8.0))]

    assert result_of([picture(tube())], far)["keypoints"]["AP50"] == 0
    assert result_of([picture(tube())], far, keypoint_sigmas=(0.5, 0.5))["keypoints"]["AP50"] == pytest.approx(100)


def test_seventeen_keypoints_have_cocos_sigmas_by_default():
    persons = DatasetMetadata(classes=("person",), keypoints=tuple(f"k{index}" for index in range(17)))
    ends = [[20.0 + index, 30.0] for index in range(17)]
    inputs = [picture(tube(ends, visibility=(2,) * 17))]

    assert result_of(inputs, [predicted(ends)], metadata=persons)["keypoints"]["AP"] == pytest.approx(100)


def test_keypoints_that_are_not_labelled_do_not_count():
    wrong_tail = [ENDS[0], [90.0, 90.0]]

    points = result_of([picture(tube(visibility=(2, 0)))], [predicted(wrong_tail)])["keypoints"]

    assert points["AP"] == pytest.approx(100)


@pytest.mark.parametrize("unlabelled", [tube(visibility=(0, 0)), {"bbox": BOX, "category_id": 0}])
def test_object_without_labelled_keypoints_is_excused(unlabelled):
    assert math.isnan(result_of([picture(unlabelled)], [predicted(ENDS)])["keypoints"]["AP"])


def test_only_the_best_detections_of_a_picture_count():
    outputs = [predicted(shifted(40.0), ENDS)]

    assert result_of([picture(tube())], outputs)["keypoints"]["AR"] == pytest.approx(100)
    assert result_of([picture(tube())], outputs, max_keypoint_detections=1)["keypoints"]["AR"] == 0


def test_detection_of_the_wrong_class_counts_where_classes_are_ignored():
    inputs, outputs = [picture(tube())], [predicted(ENDS, class_id=1)]

    assert result_of(inputs, outputs)["keypoints"]["AP"] == 0
    agnostic = result_of(inputs, outputs, use_categories=False)["keypoints"]
    assert agnostic["AP"] == pytest.approx(100)
    assert "per_class" not in agnostic


def test_model_of_keypoints_alone_is_measured_with_the_boxes_around_them():
    result = result_of([picture(tube())], [predicted(ENDS, boxes=False)], tasks=("keypoints", "bbox"))

    assert result["keypoints"]["AP"] == pytest.approx(100)
    assert result["bbox"]["AP"] == 0  # 400 of 1600 px


def test_no_detections_are_zero_and_no_objects_are_not_a_number():
    none = predicted(ENDS)
    none["instances"] = none["instances"][[]]

    assert result_of([picture(tube())], [none])["keypoints"]["AP"] == 0
    assert math.isnan(result_of([picture()], [predicted(ENDS)])["keypoints"]["AP"])
    assert math.isnan(result_of([picture()], [none])["keypoints"]["AP"])


def test_keypoints_are_measured_only_where_data_and_model_have_them():
    nameless = evolve(TUBES, keypoints=(), keypoint_sigmas=())
    boxes_alone = predicted(ENDS, keypoints=False)

    assert list(result_of([picture(tube())], [predicted(ENDS)])) == ["bbox", "keypoints"]
    assert list(result_of([picture(tube())], [predicted(ENDS)], metadata=nameless)) == ["bbox"]
    assert list(result_of([picture(tube())], [boxes_alone])) == ["bbox"]
    assert list(result_of([picture(tube())], [predicted(ENDS)], tasks=("keypoints",))) == ["keypoints"]


def test_unknown_sigmas_are_refused_when_keypoints_are_to_be_measured():
    unknown = evolve(TUBES, keypoint_sigmas=())
    config = CocoEvaluatorConfig()

    with pytest.raises(ConfigError) as asked:
        CocoEvaluatorConfig(tasks=("keypoints",)).build(metadata=unknown)
    with pytest.raises(ConfigError) as by_itself:
        config.build(metadata=unknown).process([picture(tube())], [predicted(ENDS)])

    assert str(asked.value) == f"evaluator 'coco' is to measure 'keypoints', but {NO_SIGMAS}"
    assert str(by_itself.value) == str(asked.value)


@pytest.mark.parametrize(
    ("options", "predicted", "sentences"),
    [
        pytest.param({}, {"instances.pred_keypoints"}, [NO_SIGMAS], id="the model predicts them"),
        pytest.param({"tasks": ("keypoints",)}, None, [NO_SIGMAS], id="asked for"),
        pytest.param({}, {"instances.pred_boxes"}, [], id="the model predicts none"),
        pytest.param({}, None, [], id="nobody knows what the model predicts"),
        pytest.param({"keypoint_sigmas": (0.1, 0.1)}, {"instances.pred_keypoints"}, [], id="given"),
        pytest.param(
            {"keypoint_sigmas": (0.1, 0.1, 0.1)},
            None,
            ["'keypoint_sigmas' has 3 numbers, but the data has 2 keypoints; give one for each"],
            id="too many",
        ),
    ],
)
def test_sigmas_are_checked_before_anything_is_trained(options, predicted, sentences):
    problems = CocoEvaluatorConfig(**options).check(metadata=evolve(TUBES, keypoint_sigmas=()), predicted=predicted)

    assert [problem.message for problem in problems] == sentences
    assert all(problem.path == ("keypoint_sigmas",) for problem in problems)


def test_keypoints_asked_of_a_model_without_are_refused():
    with pytest.raises(ConfigError) as caught:
        result_of([picture(tube())], [predicted(ENDS, keypoints=False)], tasks=("keypoints",))

    assert str(caught.value) == (
        "evaluator 'coco' is to measure 'keypoints', but the model predicts no keypoints; "
        "give it a keypoint head, or take 'keypoints' out of the evaluator's 'tasks'"
    )


def test_another_number_of_predicted_keypoints_is_refused():
    with pytest.raises(DatasetError) as caught:
        result_of([picture(tube())], [predicted([*ENDS, [1.0, 1.0]])])

    assert str(caught.value) == (
        "the model predicts 3 keypoints, but dataset 'tubes' has 2; "
        "evaluate on the keypoints that the model was trained on"
    )


def test_another_number_of_true_keypoints_is_refused():
    with pytest.raises(DatasetError) as caught:
        result_of([picture(tube(ENDS[:1], visibility=(2,)), file_name="a.jpg")], [predicted(ENDS)])

    assert str(caught.value) == ("a.jpg: an object has 3 keypoint numbers, but the 2 keypoints of the dataset need 6")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"keypoint_sigmas": ()}, "'keypoint_sigmas' must list at least one"),
        ({"keypoint_sigmas": (0.1, 0.0)}, "'keypoint_sigmas' must be > 0: 0.0"),
        ({"keypoint_sigmas": (0.1, math.inf)}, "'keypoint_sigmas' must be a finite number: inf"),
        ({"max_keypoint_detections": 0}, "'max_keypoint_detections' must be >= 1: 0"),
    ],
)
def test_wrong_setting_is_refused(options, sentence):
    with pytest.raises(ValueError, match="must") as caught:
        CocoEvaluatorConfig(**options)

    assert str(caught.value) == sentence


def test_needs_say_what_was_asked_for():
    needs = CocoEvaluatorConfig(tasks=("keypoints",)).needs()

    assert "instances.pred_keypoints" in needs.outputs
    assert needs.metadata == {"classes", "keypoints"}
    assert CocoEvaluatorConfig().needs().metadata == {"classes"}
