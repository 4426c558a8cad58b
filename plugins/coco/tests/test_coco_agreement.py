"""The evaluator's numbers beside those of pycocotools and Detectron2, recorded in files."""

import json
import math
from collections import defaultdict
from pathlib import Path

import pytest

from det_plugin_coco import CocoDatasetConfig, CocoEvaluatorConfig
from detcore.evaluation import coco_predictions, instances_from_predictions

TOLERANCE = 1e-9
STATISTICS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")

KEYPOINT_STATISTICS = ("AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl")


def read(path):
    return json.loads(path.read_text())


def dataset_of(annotations, tmp_path):
    """The dataset component on a file without its pictures, for which empty files stand in."""
    for image in read(annotations)["images"]:
        Path(tmp_path, image["file_name"]).touch()
    return CocoDatasetConfig(images=str(tmp_path), annotations=str(annotations)).build()


def batches(dataset, predictions, *, only_predicted=False):
    """Each picture as a model's input beside the output the predictions stand for."""
    by_image = defaultdict(list)
    for prediction in predictions:
        by_image[prediction["image_id"]].append(prediction)
    for index in range(len(dataset)):
        record = dataset[index]
        found = by_image[record["image_id"]]
        if found or not only_predicted:
            size = {"height": record["height"], "width": record["width"]}
            yield [{**record}], [{"instances": instances_from_predictions(found, dataset.metadata, **size)}]


def measured(dataset, predictions, *, only_predicted=False, **options):
    evaluator = CocoEvaluatorConfig(**options).build(metadata=dataset.metadata)
    for inputs, outputs in batches(dataset, predictions, only_predicted=only_predicted):
        evaluator.process(inputs, outputs)
    return evaluator.evaluate()


@pytest.mark.parametrize(
    "case",
    [
        "bbox",
        "bbox_all_100_images",
        "bbox_class_agnostic",
        "segm",
        "segm_all_100_images",
        "segm_class_agnostic",
        "segm_results_as_bbox",
    ],
)
def test_every_statistic_of_a_hundred_coco_pictures_agrees(data_dir, tmp_path, case):
    folder = data_dir / "coco_eval_100"
    expected = read(folder / "expected.json")[case]
    dataset = dataset_of(folder / expected["ground_truth"], tmp_path)

    result = measured(
        dataset,
        read(folder / expected["results"]),
        tasks=(expected["iou_type"],),
        use_categories="agnostic" not in case,
        only_predicted=expected["images"] == 99,
    )[expected["iou_type"]]

    for name in STATISTICS:
        assert result[name] / 100 == pytest.approx(expected["stats"][name], abs=TOLERANCE), name
    for name, recorded in (("per_class", "AP_per_category"), ("per_class_AP50", "AP50_per_category")):
        for class_id, class_name in enumerate(dataset.metadata.classes if recorded in expected else ()):
            value = expected[recorded][str(dataset.metadata.category_id(class_id))]
            found = result[name][class_name] / 100
            assert found == pytest.approx(math.nan if value is None else value, abs=TOLERANCE, nan_ok=True), class_name


@pytest.mark.parametrize("case", ["keypoints_139099", "keypoints_tiny"])
def test_every_statistic_of_real_persons_keypoints_agrees(data_dir, tmp_path, case):
    folder = data_dir / "coco_eval_100"
    expected = read(folder / "expected.json")[case]
    dataset = dataset_of(folder / expected["ground_truth"], tmp_path)

    result = measured(dataset, read(folder / expected["results"]))["keypoints"]

    assert {name: result[name] / 100 for name in expected["stats"]} == pytest.approx(expected["stats"], abs=TOLERANCE)
    assert result["per_class"]["person"] / 100 == pytest.approx(expected["AP_per_category"]["1"], abs=TOLERANCE)
    assert result["per_class_AP50"]["person"] / 100 == pytest.approx(expected["AP50_per_category"]["1"], abs=TOLERANCE)


@pytest.mark.parametrize("tasks", [None, ("bbox", "keypoints")])
def test_results_of_detectron2s_keypoint_evaluation_agree(parity_dir, tmp_path, tasks):
    """Among the objects are crowds, and some of which no keypoint is labelled."""
    files = parity_dir / "ops"
    expected = read(files / "coco_keypoints_expected.json")
    dataset = dataset_of(files / "coco_keypoints_gt.json", tmp_path)

    result = measured(dataset, read(files / "coco_keypoints_dt.json"), tasks=tasks)

    for task, names in (("keypoints", KEYPOINT_STATISTICS), ("bbox", STATISTICS)):
        found = [result[task][name] / 100 for name in names]
        assert found == pytest.approx(expected[task]["stats"], abs=TOLERANCE)
        for name, value in expected[task]["detectron2_results"].items():
            assert result[task][name] / 100 == pytest.approx(value / 100, abs=TOLERANCE), name


@pytest.mark.parametrize("task", ["bbox", "segm"])
def test_results_of_detectron2s_evaluator_agree(parity_dir, tmp_path, task):
    files = parity_dir / "ops"
    expected = read(files / "coco_boxes_expected.json")[task]
    dataset = dataset_of(files / "coco_boxes_gt.json", tmp_path)

    result = measured(dataset, read(files / "coco_boxes_dt.json"), tasks=("bbox", "segm"))[task]

    assert [result[name] / 100 for name in STATISTICS] == pytest.approx(expected["stats"], abs=TOLERANCE)
    for name, value in expected["detectron2_results"].items():
        found = result["per_class"][name.removeprefix("AP-")] if name.startswith("AP-") else result[name]
        assert found / 100 == pytest.approx(value / 100, abs=TOLERANCE), name


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_predictions_written_again_are_the_same(data_dir, tmp_path, kind):
    """Category ids are the dataset's own again, boxes and masks the same to the last digit."""
    folder = data_dir / "coco_eval_100"
    predictions = read(folder / f"instances_val2014_fake{kind}100_results.json")
    dataset = dataset_of(folder / "instances_val2014_100.json", tmp_path)

    written = [
        prediction
        for inputs, outputs in batches(dataset, predictions)
        for prediction in coco_predictions(inputs, outputs, dataset.metadata)
    ]

    def order(prediction):
        return json.dumps(prediction, sort_keys=True)

    assert sorted(written, key=order) == sorted(predictions, key=order)


def test_keypoints_written_again_are_the_same(data_dir, tmp_path):
    """In COCO's pixels, to the last digit, though a record's are half a pixel further."""
    folder = data_dir / "coco_eval_100"
    predictions = read(folder / "person_keypoints_tiny_fake_results.json")
    dataset = dataset_of(folder / "person_keypoints_tiny.json", tmp_path)

    written = [
        prediction
        for inputs, outputs in batches(dataset, predictions)
        for prediction in coco_predictions(inputs, outputs, dataset.metadata)
    ]

    assert sorted(written, key=lambda each: each["score"]) == sorted(predictions, key=lambda each: each["score"])


def test_evaluation_merged_from_two_ranks_agrees(data_dir, tmp_path):
    folder = data_dir / "coco_eval_100"
    dataset = dataset_of(folder / "instances_val2014_100.json", tmp_path)
    predictions = read(folder / "instances_val2014_fakebbox100_results.json")
    ranks = [CocoEvaluatorConfig().build(metadata=dataset.metadata) for _ in range(2)]
    for number, batch in enumerate(batches(dataset, predictions)):
        ranks[number % 2].process(*batch)
        if number < 10:  # what a distributed sampler repeats to fill the last batch
            ranks[1 - number % 2].process(*batch)

    ranks[0].merge([rank.state() for rank in ranks])

    expected = read(folder / "expected.json")["bbox_all_100_images"]["stats"]["AP"]
    assert ranks[0].evaluate()["bbox"]["AP"] / 100 == pytest.approx(expected, abs=TOLERANCE)
