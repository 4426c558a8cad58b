"""Panoptic quality, its corners and its bookkeeping."""

from math import isnan

import numpy as np
import pytest
import torch

from det_plugin_panoptic import PanopticQuality, PanopticQualityConfig
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput, SegmentInfo

METADATA = DatasetMetadata(classes=("cat", "grass"), stuff_classes=("things", "sky", "grass"))


def thing(id_: int, category: int = 0, **more: object) -> SegmentInfo:
    return {"id": id_, "category_id": category, "isthing": True, **more}


def stuff(id_: int, category: int = 1) -> SegmentInfo:
    return {"id": id_, "category_id": category, "isthing": False}


def true(rows: list[list[int]], segments: list[SegmentInfo], image_id: int = 0) -> ModelInput:
    labels = np.array(rows, dtype=np.int32)
    height, width = labels.shape
    maps = {"pan_seg": labels, "segments_info": segments, "height": height, "width": width}
    return {"image": torch.empty(0), "image_id": image_id, **maps}


def said(rows: list[list[int]], segments: list[SegmentInfo]) -> ModelOutput:
    return {"panoptic_seg": (torch.tensor(rows, dtype=torch.int32), segments)}


@pytest.fixture
def evaluator() -> PanopticQuality:
    return PanopticQualityConfig().build(metadata=METADATA)


def quality(evaluator: PanopticQuality) -> dict[str, float]:
    return evaluator.evaluate()["panoptic"]


def test_a_perfect_prediction_is_worth_a_hundred(evaluator):
    rows, segments = [[5, 5, 7, 7]], [thing(5), stuff(7)]

    evaluator.process([true(rows, segments)], [said(rows, segments)])

    table = quality(evaluator)
    assert [table[name] for name in ("PQ", "SQ", "RQ", "PQ_things", "PQ_stuff")] == [100] * 5
    assert table["per_class_PQ"]["cat"] == table["per_class_PQ"]["sky"] == 100
    assert isnan(table["per_class_PQ"]["grass"])


def test_quality_is_overlap_times_recognition(evaluator):
    evaluator.process(
        [true([[1, 1, 1, 1, 2, 2, 3, 3]], [thing(1), thing(2), stuff(3)])],
        [said([[1, 1, 1, 4, 4, 4, 3, 3]], [thing(1), thing(4, category=1), stuff(3)])],
    )

    table = quality(evaluator)

    # One cat found with overlap 3/4, one missed; "grass" the thing was said, but is not there.
    assert table["per_class_PQ"] == pytest.approx(
        {"cat": 50, "grass": 0, "sky": 100, "grass (stuff)": float("nan")}, nan_ok=True
    )
    assert table["PQ_things"] == 25
    assert table["RQ_things"] == pytest.approx(100 * (1 / 1.5) / 2)


def test_half_an_overlap_is_no_match(evaluator):
    evaluator.process([true([[1, 1, 2, 2]], [thing(1), stuff(2)])], [said([[1, 3, 3, 3]], [thing(1), stuff(3)])])

    assert quality(evaluator)["per_class_PQ"]["cat"] == 0


def test_unlabelled_pixels_count_for_nothing(evaluator):
    evaluator.process([true([[1, 1, 0, 0]], [thing(1)])], [said([[1, 1, 1, 2]], [thing(1), thing(2)])])

    table = quality(evaluator)

    assert table["per_class_PQ"]["cat"] == 100


def test_a_crowd_is_neither_missed_nor_matched_and_excuses_what_lies_in_it(evaluator):
    evaluator.process(
        [true([[1, 1, 1, 1, 2, 2]], [thing(1, iscrowd=1), stuff(2)])],
        [said([[1, 1, 1, 3, 2, 2]], [thing(1), thing(3, category=1), stuff(2)])],
    )

    per_class = quality(evaluator)["per_class_PQ"]

    assert isnan(per_class["cat"])
    assert per_class["grass"] == 0


def test_nothing_seen_is_measured_as_nothing(evaluator):
    assert isnan(quality(evaluator)["PQ"])


def test_nothing_predicted_is_all_missed(evaluator):
    evaluator.process([true([[1, 1, 2, 2]], [thing(1), stuff(2)])], [said([[0, 0, 0, 0]], [])])

    assert quality(evaluator)["PQ"] == 0


def test_states_come_together_and_a_picture_seen_twice_counts_once(evaluator):
    rows, segments = [[1, 1]], [thing(1)]
    evaluator.process([true(rows, segments, image_id=1)], [said(rows, segments)])
    first = evaluator.state()
    evaluator.reset()
    evaluator.process([true(rows, segments, image_id=2)], [said([[0, 0]], [])])
    second = evaluator.state()

    evaluator.merge([first, second, first])

    assert quality(evaluator)["RQ"] == pytest.approx(100 / 1.5)


def test_it_needs_a_panoptic_map_and_the_names_of_both_kinds():
    needs = PanopticQualityConfig().needs()

    assert needs.outputs == {"panoptic_seg"}
    assert needs.metadata == {"classes", "stuff_classes"}
