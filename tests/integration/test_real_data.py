"""Learned from nothing to the promised precision: hours, run by ``nox -s real_data``."""

import json
from pathlib import Path

import pytest
from repository import ROOT

from detcore.config import load
from detcore.evaluation import load_results, metric
from detcore.jobs import run

pytestmark = pytest.mark.heavy


def results_of(config: str, tmp_path: Path, *overrides: str) -> dict:
    loaded = load(ROOT / "configs" / config, overrides=[f"run.directory={tmp_path}", *overrides])
    folder = run(loaded.experiment)
    return load_results(folder / "evaluation" / "results.json")


def test_the_quickstart_finds_its_shapes(tmp_path):
    results = results_of("quickstart.toml", tmp_path)

    assert metric(results, "bbox.AP") >= 60
    assert metric(results, "segm.AP") >= 55


@pytest.mark.parametrize("annotations", ["instances_train.json", "instances_train_rle.json"])
def test_nuclei_are_found_with_their_masks(annotations, data_dir, tmp_path):
    root = data_dir / "nuclei"

    results = results_of(
        "nuclei_mask_rcnn.toml",
        tmp_path,
        f"data.root={root}",
        f"data.train.datasets.0.annotations={root}/annotations/{annotations}",
    )

    assert metric(results, "segm.AP50") >= 45


def test_blood_cells_are_found(data_dir, tmp_path):
    results = results_of("bccd_faster_rcnn.toml", tmp_path, f"data.root={data_dir / 'bccd'}")

    assert metric(results, "bbox.AP50") >= 50


def test_eight_pictures_of_nuclei_can_be_learned_by_heart(data_dir, tmp_path):
    root = data_dir / "nuclei"
    eight = tmp_path / "eight.json"
    eight.write_text(json.dumps(first_pictures(root / "annotations/instances_train.json", count=8)))

    results = results_of(
        "nuclei_overfit.toml",
        tmp_path,
        f"data.root={root}",
        f"data.train.datasets.0.annotations={eight}",
        f"data.test.datasets.0.annotations={eight}",
    )

    assert metric(results, "segm.AP50") >= 95


def first_pictures(annotations: Path, *, count: int) -> dict:
    """The file with its first ``count`` pictures of 256×256 only."""
    content = json.loads(annotations.read_text())
    images = [image for image in content["images"] if (image["height"], image["width"]) == (256, 256)][:count]
    ids = {image["id"] for image in images}
    kept = [annotation for annotation in content["annotations"] if annotation["image_id"] in ids]
    return content | {"images": images, "annotations": kept}
