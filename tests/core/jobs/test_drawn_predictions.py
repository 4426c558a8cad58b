"""What is drawn of a prediction, and of the truth beside it."""

import json

import numpy as np
import torch

from detcore.data import read_picture
from detcore.drawing import draw_instances, draw_panoptic_map, write_picture
from detcore.jobs.drawn_predictions import drawn_prediction, drawn_truth
from detcore.jobs.predicting import Predictor, predict
from detcore.specs import DatasetMetadata
from detcore.structures import Boxes, Instances

METADATA = DatasetMetadata(classes=("cat",), stuff_classes=("things", "sky"))
IDS = np.ones((8, 8), dtype=np.int32)
IDS[4:] = 2
CAT = {"id": 1, "isthing": True, "category_id": 0, "score": 0.6}
SKY = {"id": 2, "isthing": False, "category_id": 1}
IMAGE = np.full((8, 8, 3), 128, dtype=np.uint8)


def panoptic_output(*scores):
    things = Instances(
        (8, 8),
        pred_boxes=Boxes([[0, 0, 8, 4]] * len(scores)),
        scores=torch.tensor(scores),
        pred_classes=torch.zeros(len(scores), dtype=torch.int64),
    )
    return {"instances": things, "panoptic_seg": (torch.from_numpy(IDS), [CAT, SKY])}


def segments_drawn(*segments):
    return draw_panoptic_map(IMAGE, IDS, segments, thing_names=METADATA.classes, stuff_names=METADATA.stuff_classes)


def test_a_panoptic_prediction_is_drawn_with_its_stuff():
    drawn = drawn_prediction(IMAGE, panoptic_output(0.6), METADATA)

    assert np.array_equal(drawn, segments_drawn(CAT, SKY))


def test_things_that_score_too_little_are_not_drawn():
    drawn = drawn_prediction(IMAGE, panoptic_output(0.6), METADATA, score_threshold=0.7)

    assert np.array_equal(drawn, segments_drawn(SKY))


def test_the_truth_beside_it_is_the_panoptic_map_of_the_record():
    record = {"height": 8, "width": 8, "image_id": 1, "annotations": [], "pan_seg": IDS, "segments_info": [CAT, SKY]}

    drawn = drawn_truth(IMAGE, record, METADATA, beside=panoptic_output(0.6))

    assert np.array_equal(drawn, segments_drawn(CAT, SKY))


def test_the_truth_of_a_record_without_a_map_is_its_objects():
    cat = {"bbox": [0, 0, 8, 4], "category_id": 0}
    record = {"height": 8, "width": 8, "image_id": 1, "annotations": [cat]}

    drawn = drawn_truth(IMAGE, record, METADATA, beside=panoptic_output(0.6))

    assert np.array_equal(drawn, draw_instances(IMAGE, [cat], METADATA.classes))


def test_what_is_predicted_with_too_little_confidence_is_neither_drawn_nor_written(tmp_path, monkeypatch):
    class Sure:
        metadata = METADATA

        def __call__(self, image, *, image_id):
            return {"image_id": image_id, "height": 8, "width": 8}, panoptic_output(0.9, 0.6)

    monkeypatch.setattr(Predictor, "of", lambda _: Sure())
    write_picture(tmp_path / "grey.png", IMAGE)

    folder = predict("model", [tmp_path / "grey.png"], output=tmp_path / "out", score_threshold=0.7)

    assert np.array_equal(read_picture(folder / "grey.png"), segments_drawn(SKY))
    (written,) = json.loads((folder / "predictions.json").read_text())
    assert written["score"] == torch.tensor(0.9).item()
