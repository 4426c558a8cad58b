"""From a model's detections to what is measured, written and drawn, no bitmaps of all objects exist at once."""

import json

import numpy as np
import pytest
import torch
from memory_growth import peak_growth
from torch import nn

from det_plugin_coco import CocoEvaluatorConfig
from det_plugin_panoptic import PanopticMergingConfig
from det_plugin_parts import split_by_picture
from detcore.drawing import draw_instances
from detcore.evaluation import coco_predictions, evaluate, instances_from_predictions, write_predictions
from detcore.specs import DatasetMetadata
from detcore.structures import BitMasks, Detections, ROIMasks

METADATA = DatasetMetadata(classes=("thing",))
NUM_DETECTIONS = 24

MASK_AP = 40.0
"""Of an ellipse that covers 0.69 of its box where the whole box is the object: found at 4 of the 10 thresholds."""


class WholePictureDetector(nn.Module):
    """Finds many objects, each as large as the picture; what a real head leaves to postprocessing."""

    def forward(self, inputs):
        height, width = inputs[0]["image"].shape[-2:]
        away = torch.linspace(-1, 1, 28)[:, None] ** 2 + torch.linspace(-1, 1, 28) ** 2
        detections = Detections(
            boxes=torch.tensor([[0.0, 0, width, height]]).expand(NUM_DETECTIONS, -1),
            scores=torch.linspace(0.9, 0.6, NUM_DETECTIONS),
            classes=torch.zeros(NUM_DETECTIONS, dtype=torch.int64),
            image_index=torch.zeros(NUM_DETECTIONS, dtype=torch.int64),
            mask_probs=torch.sigmoid(9 * (0.9 - away)).expand(NUM_DETECTIONS, -1, -1),
        )
        return split_by_picture(detections, inputs)


def picture(height, width):
    """As a model takes it: small, its predictions wanted in pixels of the stored picture."""
    ring = [[0.0, 0.0, width, 0.0, width, height, 0.0, height]]
    truth = {"bbox": [0.0, 0.0, width, height], "category_id": 0, "segmentation": ring}
    image = torch.zeros(3, height // 20, width // 20, dtype=torch.uint8)
    return {"image": image, "height": height, "width": width, "image_id": 1, "annotations": [truth]}


def test_predictions_are_measured_and_written_within_100_mib(tmp_path):
    inputs = [picture(4000, 8000)]  # as bitmaps, 24 masks take 730 MiB
    evaluator = CocoEvaluatorConfig(tasks=("segm",)).build(metadata=METADATA)
    results = {}

    def measure(inputs):
        with write_predictions(tmp_path / "predictions.json", METADATA) as file:
            results.update(evaluate(WholePictureDetector(), [inputs], [evaluator], on_batch=file))

    measure([picture(40, 80)])
    growth = peak_growth(lambda: measure(inputs))

    assert growth < 100
    assert results["segm"]["AP"] == pytest.approx(MASK_AP)
    written = json.loads((tmp_path / "predictions.json").read_text())
    assert [prediction["segmentation"]["size"] for prediction in written] == [[4000, 8000]] * NUM_DETECTIONS


def predicted(height, width):
    return WholePictureDetector()([picture(height, width)])[0]["instances"]


def stored(height, width):
    """The same, read back from a file of predictions."""
    inputs = [picture(height, width)]
    predictions = coco_predictions(inputs, WholePictureDetector()(inputs), METADATA)
    return instances_from_predictions(predictions, METADATA, height=height, width=width)


def annotated(height, width):
    return picture(height, width)["annotations"] * NUM_DETECTIONS


@pytest.mark.parametrize("objects", [predicted, stored, annotated])
def test_many_masks_are_drawn_in_the_room_of_a_few(objects):
    height, width = 2000, 4000  # 8 MB for each mask as a bitmap, 24 MB for the picture
    image = np.zeros((height, width, 3), dtype=np.uint8)
    draw_instances(image[:40, :80], objects(40, 80), METADATA.classes)
    shown = objects(height, width)

    growth = peak_growth(lambda: draw_instances(image, shown, METADATA.classes))

    assert growth < 160


def test_many_masks_are_merged_into_one_panoptic_map_in_the_room_of_a_few():
    height, width = 2000, 4000
    merge = PanopticMergingConfig().build()
    semantic = np.zeros((height, width), dtype=np.int64)

    def merged(instances):
        return merge(
            scores=instances.scores.tolist(),
            classes=instances.pred_classes.tolist(),
            crop=lambda index: instances.pred_masks.crop(index, height, width),
            semantic=semantic,
        )

    growth = peak_growth(lambda: merged(predicted(height, width)))

    assert growth < 160


@pytest.mark.parametrize("form", ["dense", "bitmaps"])
def test_nothing_that_is_measured_or_drawn_asks_for_bitmaps_of_all_objects(monkeypatch, form):
    inputs = [picture(40, 80)]
    evaluator = CocoEvaluatorConfig().build(metadata=METADATA)
    refused = {"dense": (ROIMasks, "dense"), "bitmaps": (BitMasks, "__init__")}

    def refuse(*_, **__):
        raise AssertionError("all masks of a picture at once")

    monkeypatch.setattr(*refused[form], refuse)

    def on_batch(inputs, outputs):
        coco_predictions(inputs, outputs, METADATA)
        draw_instances(np.zeros((40, 80, 3), dtype=np.uint8), outputs[0]["instances"], METADATA.classes)

    results = evaluate(WholePictureDetector(), [inputs], [evaluator], on_batch=on_batch)

    assert results["segm"]["AP"] == pytest.approx(MASK_AP)
