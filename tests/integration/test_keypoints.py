"""Keypoints go the whole way: read, learned beside pictures that have none, measured, written and drawn."""

import json
import math
from pathlib import Path

import pytest
from coco_folder import CocoFolder, square
from tiny_rcnn import write_tiny_rcnn

from detcore.config import load
from detcore.errors import ConfigError
from detcore.evaluation import load_results, metric
from detcore.jobs import predict, run

KEYPOINT_HEAD = 'keypoint_head = { type = "conv-deconv", num_keypoints = 2, conv_dims = [16] }'

ENDS = {"keypoints": ["head", "tail"], "skeleton": [[1, 2]]}
SIGMAS = {"oks_sigmas": [0.05, 0.05]}


def posed(x, y, side):
    return {**square(x, y, side), "keypoints": [x + 1, y + 1, 2, x + side - 2, y + side - 2, 1]}


def config_of(tmp_path: Path, *pictures: list[dict], **category: list) -> Path:
    folder = CocoFolder(tmp_path / "data")
    for objects in pictures:
        folder.add(objects)
    folder.content["categories"][0].update(category)
    folder.write()
    return write_tiny_rcnn(tmp_path, folder, base="tubes_keypoint_rcnn.toml", head=KEYPOINT_HEAD, length="epochs = 1")


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param([[posed(8, 8, 30)], [], [square(8, 8, 30)], [posed(20, 20, 25)]], id="a background picture"),
        pytest.param([[], [], [posed(8, 8, 30)], []], id="the first batch has none"),
        pytest.param([[], [], [square(8, 8, 30)], []], id="no keypoint is labelled"),
    ],
)
def test_pictures_with_and_without_keypoints_are_trained_on_measured_and_predicted(pictures, tmp_path):
    config = config_of(tmp_path, *pictures, **ENDS, **SIGMAS)

    run_folder = run(load(config).experiment)
    output = predict(run_folder, [tmp_path / "data/images"], output=tmp_path / "out", score_threshold=0.0)

    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    assert all(math.isfinite(line["loss_keypoint"]) for line in lines if "loss_keypoint" in line)
    assert any("loss_keypoint" in line for line in lines)
    results = load_results(run_folder / "evaluation" / "results.json")
    has_keypoints = any("keypoints" in each for objects in pictures for each in objects)
    assert math.isnan(metric(results, "keypoints.AP")) == (not has_keypoints)
    predictions = json.loads((output / "predictions.json").read_text())
    assert {len(each["keypoints"]) for each in predictions} == {6}
    assert len(list(output.glob("*.png"))) == len(pictures)


def test_keypoints_without_sigmas_are_refused_before_training(tmp_path):
    config = config_of(tmp_path, [posed(8, 8, 30)], **ENDS)

    with pytest.raises(ConfigError) as caught:
        load(config)

    assert str(caught.value).partition(": ")[2] == (
        "evaluation.evaluators.0.keypoint_sigmas: nobody says how exact the data's 2 keypoints can be: "
        "COCO's numbers are for the 17 of a person; give 2 'keypoint_sigmas', such as 0.05 each"
    )
    assert load(config, overrides=["evaluation.evaluators.0.keypoint_sigmas=[0.1, 0.1]"]).experiment
