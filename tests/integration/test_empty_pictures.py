"""Pictures with no object, and pictures full of them, go the whole way: train, evaluate, predict."""

import json
import math
from pathlib import Path

import pytest
from coco_folder import CocoFolder, square
from tiny_rcnn import write_tiny_rcnn

from detcore.config import load
from detcore.evaluation import load_results, metric
from detcore.jobs import evaluate, predict, run

MASK_HEAD = 'mask_head = { type = "fcn", conv_dims = [16], deconv_dim = 16 }'

MANY = [square(3 + 5 * (index % 25), 3 + 8 * (index // 25), 4) for index in range(375)]
"""Fifteen rows of twenty-five."""


def coco_folder(root: Path, *pictures: list[dict], side: int = 64) -> CocoFolder:
    folder = CocoFolder(root)
    for objects in pictures:
        folder.add(objects, side=side)
    folder.write()
    return folder


def trained(folder: CocoFolder, tmp_path: Path) -> Path:
    config = write_tiny_rcnn(tmp_path, folder, base="base/small_mask_rcnn.toml", head=MASK_HEAD, length="steps = 2")
    return run(load(config, overrides=['evaluation.evaluators=[{type="coco"}]']).experiment)


def losses(run_folder: Path) -> list[float]:
    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    return [value for line in lines for name, value in line.items() if name.startswith("loss")]


def results(run_folder: Path) -> dict:
    return load_results(run_folder / "evaluation" / "results.json")


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param([[], [], [], []], id="no picture has objects"),
        pytest.param([[], [], [square(8, 8, 30)], []], id="the first batch has none"),
    ],
)
def test_pictures_without_objects_are_trained_on_measured_and_predicted(pictures, tmp_path):
    folder = coco_folder(tmp_path / "data", *pictures)

    run_folder = trained(folder, tmp_path)
    output = predict(run_folder, [folder.root / "images"], output=tmp_path / "out", score_threshold=1.0)

    assert len(losses(run_folder)) >= 2 * 5
    assert all(math.isfinite(loss) for loss in losses(run_folder))
    # With no object to find, COCO has no average precision to tell.
    assert math.isnan(metric(results(run_folder), "segm.AP")) == (not any(pictures))
    assert json.loads((output / "predictions.json").read_text()) == []
    assert len(list(output.glob("*.png"))) == len(pictures)


def test_a_model_that_finds_nothing_is_measured(tmp_path):
    folder = coco_folder(tmp_path / "data", [square(8, 8, 30)], [])
    run_folder = trained(folder, tmp_path)

    evaluate(run_folder, overrides=["model.roi_heads.box_predictor.score_threshold=0.9999"])

    assert json.loads((run_folder / "predictions" / "coco_predictions.json").read_text()) == []
    assert metric(results(run_folder), "bbox.AP") == metric(results(run_folder), "segm.AP") == 0


def test_a_picture_of_hundreds_of_objects(tmp_path):
    folder = coco_folder(tmp_path / "data", MANY, [], side=128)

    run_folder = trained(folder, tmp_path)

    assert all(math.isfinite(loss) for loss in losses(run_folder))
    assert metric(results(run_folder), "segm.AP") >= 0
    predictions = json.loads((run_folder / "predictions" / "coco_predictions.json").read_text())
    assert {tuple(each["segmentation"]["size"]) for each in predictions} == {(128, 128)}
