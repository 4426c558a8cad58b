"""Proposals from a file go the whole way: read, augmented like the objects, learned from, and looked at in a test."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from coco_folder import CocoFolder, square
from repository import ROOT

from detcore.config import load
from detcore.evaluation import load_results, metric
from detcore.jobs import run
from detcore.structures import pairwise_iou

TINY = """
extends = "{bases}/fast_rcnn_r50_fpn.toml"
[data]
classes = ["thing"]
[data.train]
datasets = [{dataset}]
augmentations = [{{ type = "resize-shortest-edge", sizes = [96] }}, {{ type = "random-flip", probability = 1.0 }}]
[data.test]
datasets = [{dataset}]
augmentations = [{{ type = "resize-shortest-edge", sizes = [128] }}]
[data.loader]
workers = 0
[model.backbone]
out_channels = 16
bottom_up = {{ depth = 18, norm = "group", freeze_at = 0, stem_out_channels = 8, res2_out_channels = 8 }}
[model.roi_heads]
box_head = {{ type = "conv-fc", fc_dims = [32] }}
box_predictor = {{ score_threshold = 0.0, nms_threshold = 1.0 }}
[optimizer]
lr = 1e-4
[training]
batch_size = 2
steps = 2
log_every_steps = 1
device = "cpu"
[run]
directory = "{runs}"
name = "tiny"
"""

OBJECTS = [[square(4, 8, 20), square(30, 30, 24)], [square(16, 4, 30)], [square(10, 20, 36)]]
BESIDE = [40.0, 2.0, 60.0, 20.0]
"""A proposal where no object is."""


def proposals_of(objects: list[dict]) -> np.ndarray:
    return np.array([*([x, y, x + width, y + height] for x, y, width, height in (o["bbox"] for o in objects)), BESIDE])


@pytest.fixture
def proposals() -> dict[int, np.ndarray]:
    """By image id; the last picture has none, although it has an object."""
    return {1: proposals_of(OBJECTS[0]), 2: proposals_of(OBJECTS[1]), 3: np.zeros((0, 4))}


@pytest.fixture
def config(tmp_path, proposals) -> Path:
    folder = CocoFolder(tmp_path / "data")
    for objects in OBJECTS:
        folder.add(objects)
    folder.write()
    order = [3, 1, 2]  # not that of the annotations
    boxes = np.concatenate([proposals[image_id] for image_id in order])
    archive = tmp_path / "data/proposals.npz"
    lengths = [len(proposals[image_id]) for image_id in order]
    np.savez(archive, ids=order, lengths=lengths, boxes=boxes, objectness_logits=np.linspace(1, 0, len(boxes)))
    dataset = folder.dataset().replace(" }", f', proposals = "{archive.as_posix()}" }}')
    path = tmp_path / "tiny.toml"
    bases, runs = (ROOT / "configs/base").as_posix(), (tmp_path / "runs").as_posix()
    path.write_text(TINY.format(bases=bases, dataset=dataset, runs=runs))
    return path


def test_a_model_trains_on_given_proposals_and_finds_its_boxes_among_them(config, proposals):
    run_folder = run(load(config).experiment)

    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss_box_reg"] for line in lines if "loss_box_reg" in line]
    assert len(losses) == 2
    assert all(math.isfinite(loss) for loss in losses)
    found = json.loads((run_folder / "predictions/coco_predictions.json").read_text())
    # Pictures are twice as large for the model, and its deltas almost zero: its boxes are where it was told to look.
    assert {each["image_id"] for each in found} == {1, 2}
    for image_id in (1, 2):
        boxes = torch.tensor([each["bbox"] for each in found if each["image_id"] == image_id])
        boxes[:, 2:] += boxes[:, :2]
        overlap = pairwise_iou(boxes, torch.from_numpy(proposals[image_id]).float())
        assert overlap.shape[0] == len(proposals[image_id])
        assert (overlap.max(dim=0).values > 0.8).all()
    recall = metric(load_results(run_folder / "evaluation/results.json"), "bbox.AR100")
    assert recall == pytest.approx(100 * 3 / 4)  # not the object of the picture where nothing was proposed
