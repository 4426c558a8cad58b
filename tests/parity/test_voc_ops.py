"""Pascal VOC's metric, against numbers recorded from the reference."""

import json

import numpy as np
import pytest
import torch

from det_plugin_coco import VocEvaluatorConfig
from det_plugin_coco.voc_metrics import BoxesOfClass, precision_recall
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances

INTERPOLATIONS = {"2007": "eleven-points", "2010": "area"}


@pytest.fixture
def case(parity_dir):
    return json.loads((parity_dir / "ops/voc_case.json").read_text())


@pytest.fixture
def expected(parity_dir):
    return json.loads((parity_dir / "ops/voc_expected.json").read_text())


def continuous(box):
    """A box of whole pixels that are counted from 1, edges included, as we have it."""
    x1, y1, x2, y2 = box
    return [x1 - 1.0, y1 - 1.0, float(x2), float(y2)]


def seen(case, image):
    """One picture of the case as an evaluator is shown it."""
    index = {name: position for position, name in enumerate(case["classes"])}
    found = [each for each in case["detections"] if each["image"] == image]
    there = [
        {"bbox": continuous(each["bbox"]), "category_id": index[each["name"]], "iscrowd": each["difficult"]}
        for each in case["ground_truth"][image]
    ]
    boxes = [continuous(each["bbox"]) for each in found]
    instances = Instances(
        (1000, 1000),
        pred_boxes=Boxes(torch.tensor(boxes, dtype=torch.float64).reshape(-1, 4)),
        scores=torch.tensor([each["score"] for each in found], dtype=torch.float64),
        pred_classes=torch.tensor([index[each["name"]] for each in found], dtype=torch.int64),
    )
    return {"image_id": image, "height": 1000, "width": 1000, "annotations": there}, {"instances": instances}


@pytest.mark.parametrize("year", INTERPOLATIONS)
def test_average_precision_is_the_references(case, expected, year):
    evaluator = VocEvaluatorConfig(interpolation=INTERPOLATIONS[year]).build(
        metadata=DatasetMetadata(classes=tuple(case["classes"]))
    )
    for image in case["ground_truth"]:
        model_input, output = seen(case, image)
        evaluator.process([model_input], [output])

    table = evaluator.evaluate()["voc"]

    summary = expected[year]["summary"]
    assert {name: table[name] for name in summary} == pytest.approx(summary, abs=1e-9)
    for overlap, classes in expected[year].items():
        if overlap != "summary":
            of_classes = {name: 100 * each["ap"] for name, each in classes.items()}
            assert table[f"per_class_AP{overlap}"] == pytest.approx(of_classes, abs=1e-9)


def test_curves_are_the_references(case, expected):
    for name, recorded in expected["2007"]["50"].items():
        precision, recall = precision_recall([boxes_of(case, image, name) for image in case["ground_truth"]], iou=0.5)

        np.testing.assert_allclose(precision, recorded["precision"], atol=1e-12)
        np.testing.assert_allclose(recall, recorded["recall"], atol=1e-12)


def boxes_of(case, image, name):
    there = [each for each in case["ground_truth"][image] if each["name"] == name]
    found = [each for each in case["detections"] if each["image"] == image and each["name"] == name]
    return BoxesOfClass(
        objects=np.array([continuous(each["bbox"]) for each in there]).reshape(-1, 4),
        is_difficult=np.array([each["difficult"] for each in there], dtype=bool),
        detected=np.array([continuous(each["bbox"]) for each in found]).reshape(-1, 4),
        scores=np.array([each["score"] for each in found]),
    )
