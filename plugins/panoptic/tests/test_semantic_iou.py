"""Overlap and accuracy of semantic labels."""

from math import isnan

import numpy as np
import pytest
import torch
from torch.nn.functional import one_hot

from det_plugin_panoptic import SemanticIoU, SemanticIoUConfig
from detcore.errors import ConfigError, DatasetError
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput

METADATA = DatasetMetadata(classes=("cat",), stuff_classes=("things", "sky", "sea"))


def true(labels: list[int], image_id: int = 0) -> ModelInput:
    """A picture of one row: label 0 is a thing, 255 unlabelled."""
    segments = [{"id": label + 1, "category_id": label, "isthing": label == 0} for label in set(labels) - {255}]
    ids = np.array([[0 if label == 255 else label + 1 for label in labels]], dtype=np.int32)
    maps = {"pan_seg": ids, "segments_info": segments, "height": 1, "width": len(labels)}
    return {"image": torch.empty(0), "image_id": image_id, **maps}


def said(labels: list[int]) -> ModelOutput:
    return {"sem_seg": one_hot(torch.tensor([labels]), 3).permute(2, 0, 1).float()}


@pytest.fixture
def evaluator() -> SemanticIoU:
    return SemanticIoUConfig().build(metadata=METADATA)


def test_overlap_and_accuracy_are_counted_in_pixels(evaluator):
    evaluator.process([true([0, 0, 0, 0, 1, 1])], [said([0, 0, 0, 1, 1, 2])])

    table = evaluator.evaluate()["semantic"]

    assert table["per_class_mIoU"] == pytest.approx({"things": 75, "sky": 100 / 3, "sea": float("nan")}, nan_ok=True)
    assert table["per_class_mACC"] == pytest.approx({"things": 75, "sky": 50, "sea": float("nan")}, nan_ok=True)
    assert table["mIoU"] == pytest.approx((75 + 100 / 3) / 2)
    assert table["fwIoU"] == pytest.approx((4 * 75 + 2 * 100 / 3) / 6)
    assert table["mACC"] == pytest.approx(62.5)
    assert table["pACC"] == pytest.approx(400 / 6)


def test_unlabelled_pixels_are_not_looked_at(evaluator):
    evaluator.process([true([1, 1, 255, 255])], [said([1, 1, 1, 2])])

    assert evaluator.evaluate()["semantic"]["mIoU"] == 100


def test_pictures_are_counted_together_not_averaged(evaluator):
    evaluator.process([true([1] * 9, 1), true([1], 2)], [said([1] * 9), said([2])])

    assert evaluator.evaluate()["semantic"]["per_class_mIoU"]["sky"] == pytest.approx(90)


def test_nothing_seen_is_measured_as_nothing(evaluator):
    table = evaluator.evaluate()["semantic"]

    assert all(isnan(table[name]) for name in ("mIoU", "fwIoU", "mACC", "pACC"))


def test_states_come_together_and_a_picture_seen_twice_counts_once(evaluator):
    evaluator.process([true([1], 1)], [said([1])])
    first = evaluator.state()
    evaluator.reset()
    evaluator.process([true([1], 2)], [said([0])])
    second = evaluator.state()

    evaluator.merge([first, second, first])

    assert evaluator.evaluate()["semantic"]["pACC"] == 50


def test_a_label_that_is_no_class_is_named(evaluator):
    message = r"^image 4: the semantic map has the label 7, but there are 3 stuff classes, and 255 is ignored$"

    with pytest.raises(DatasetError, match=message):
        evaluator.process([true([7, 1], 4)], [said([1, 1])])


def test_more_predicted_labels_than_the_data_has_are_one_clear_error(evaluator):
    message = (
        r"^semantic-iou: the model predicts 5 labels, but the data it is evaluated on has 3 stuff classes; evaluate "
        r"it on data with the labels it was trained on, or train it with num_classes = 3$"
    )

    with pytest.raises(ConfigError, match=message):
        evaluator.process([true([0, 1])], [{"sem_seg": torch.zeros(5, 1, 2)}])
