import json
import shutil

import cv2
import numpy as np
import pytest
import torch
from tiny_detector import TinyDetector

from detcore.data import read_picture
from detcore.errors import DatasetError, RunError, WeightsError
from detcore.jobs import predict


@pytest.fixture
def pictures(tmp_path):
    """A folder with a colour picture, and a grey one below it."""
    folder = tmp_path / "pictures"
    (folder / "deeper").mkdir(parents=True)
    generator = np.random.default_rng(0)
    cv2.imwrite(str(folder / "a.png"), generator.integers(0, 255, (40, 60, 3), dtype=np.uint8))
    cv2.imwrite(str(folder / "deeper" / "b.jpg"), generator.integers(0, 255, (50, 30), dtype=np.uint8))
    (folder / "notes.txt").touch()
    return folder


def test_a_folder_is_searched_and_every_picture_drawn(finished_run, pictures, tmp_path):
    folder = predict(finished_run, [pictures], output=tmp_path / "out", score_threshold=0.0)

    drawn = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
    assert drawn == ["a.png", "deeper/b.png"]
    assert read_picture(folder / "a.png").ndim == 3


def test_detections_are_coco_results_with_the_names_of_files(finished_run, pictures, tmp_path):
    folder = predict(finished_run, [pictures / "a.png"], output=tmp_path / "out", score_threshold=0.0)

    (prediction,) = json.loads((folder / "predictions.json").read_text())
    x, y, width, height = prediction["bbox"]
    assert prediction["file_name"] == str(pictures / "a.png")
    assert (prediction["image_id"], 0 <= prediction["category_id"] < 5) == (1, True)
    assert 0 <= x < x + width <= 61
    assert 0 <= y < y + height <= 41


def test_ids_are_explained_beside_the_predictions(finished_run, pictures, tmp_path):
    folder = predict(finished_run, [pictures / "a.png"], output=tmp_path / "out")

    told = json.loads((folder / "images.json").read_text())
    assert told["images"] == [
        {"id": 1, "file_name": str(pictures / "a.png"), "height": 40, "width": 60, "drawn": "a.png"}
    ]
    assert [category["name"] for category in told["categories"]] == ["circle", "square", "triangle", "star", "cross"]


def test_no_detections_are_an_empty_list(finished_run, pictures, tmp_path):
    folder = predict(finished_run, [pictures], output=tmp_path / "out", score_threshold=1.0)

    assert json.loads((folder / "predictions.json").read_text()) == []
    assert (folder / "a.png").exists()


def test_pictures_are_predicted_in_the_precision_of_the_experiment(finished_run, pictures, tmp_path, monkeypatch):
    folder = tmp_path / "run"
    shutil.copytree(finished_run, folder)
    config = folder / "config.toml"
    before, table, settings = config.read_text().partition("[evaluation]")
    config.write_text(before + table + settings.replace('"float32"', '"bfloat16"', 1))
    seen = []
    infer = TinyDetector.infer

    def noting(self, images, sizes):
        seen.append(torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu"))
        return infer(self, images, sizes)

    monkeypatch.setattr(TinyDetector, "infer", noting)
    predict(folder, [pictures / "a.png"], output=tmp_path / "out")

    assert seen == [torch.bfloat16]


def test_a_checkpoint_serves_as_well_as_its_run(finished_run, pictures, tmp_path):
    checkpoint = finished_run / "checkpoints" / "step-000010"

    folders = [
        predict(model, [pictures], output=tmp_path / name, score_threshold=0)
        for name, model in {"a": finished_run, "b": checkpoint}.items()
    ]

    assert (folders[0] / "predictions.json").read_text() == (folders[1] / "predictions.json").read_text()


def test_pictures_of_one_name_do_not_replace_each_other(finished_run, pictures, tmp_path):
    folder = predict(finished_run, [pictures / "a.png", pictures], output=tmp_path / "out")

    assert sorted(path.name for path in folder.rglob("*.png")) == ["a-2.png", "a.png", "b.png"]


def test_a_broken_picture_is_named_and_the_others_are_done(finished_run, pictures, tmp_path):
    (pictures / "broken.png").write_bytes((pictures / "a.png").read_bytes()[:300])

    with pytest.raises(
        DatasetError, match=r"^[^\n]*broken.png: truncated PNG: its 300 bytes end before the end chunk$"
    ):
        predict(finished_run, [pictures], output=tmp_path / "out")

    assert (tmp_path / "out" / "predictions.json").exists()


def test_nothing_is_written_where_nothing_could_be_read(finished_run, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")

    with pytest.raises(DatasetError, match=r"broken.png"):
        predict(finished_run, [tmp_path / "broken.png"], output=tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("missing.png", r"missing.png does not exist$", id="a missing file"),
        pytest.param("empty", r"empty holds no picture \(looked for .avif, .bmp, ", id="a folder without pictures"),
    ],
)
def test_a_source_without_pictures_is_refused(finished_run, tmp_path, name, message):
    (tmp_path / "empty").mkdir()

    with pytest.raises(DatasetError, match=message):
        predict(finished_run, [tmp_path / name], output=tmp_path / "out")


def test_a_model_that_does_not_exist_is_refused(pictures, tmp_path):
    with pytest.raises(RunError, match=r"nowhere does not exist$"):
        predict(tmp_path / "nowhere", [pictures])


def test_a_checkpoint_of_another_model_is_refused(finished_run, pictures, tmp_path):
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    config = (finished_run / "config.toml").read_text()
    (run / "config.toml").write_text(config.replace("width = 8", "width = 9"))
    source = finished_run / "checkpoints" / "step-000010"
    (run / "checkpoints" / "step-000010").symlink_to(source)

    with pytest.raises(WeightsError, match=r"does not fit the model in the run's config.toml: .*stem.weight"):
        predict(run, [pictures])
