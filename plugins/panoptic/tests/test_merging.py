"""The rule that makes one map of detections and a semantic map."""

import numpy as np
import pytest

from det_plugin_panoptic import PanopticMerging, PanopticMergingConfig


def merging(**changes: float) -> PanopticMerging:
    settings = {"overlap_threshold": 0.5, "stuff_area_limit": 0, "instance_score_threshold": 0.5}
    return PanopticMergingConfig(**{**settings, **changes}).build()


def block(left: int, top: int, width: int = 2, height: int = 2) -> tuple[int, int, np.ndarray]:
    return left, top, np.ones((height, width), dtype=bool)


def merged(merge, crops, scores, semantic=None):
    """The map, and the class of each segment; the detections have classes 0, 1, …"""
    semantic = np.zeros((2, 6), dtype=np.int64) if semantic is None else np.asarray(semantic)
    labels, segments = merge(
        scores=scores, classes=list(range(len(crops))), crop=lambda index: crops[index], semantic=semantic
    )
    return labels.tolist(), [segment["category_id"] for segment in segments]


def test_nothing_makes_an_empty_map():
    assert merged(merging(), [], []) == ([[0] * 6] * 2, [])


def test_better_detections_lie_above_others():
    labels, classes = merged(merging(), [block(0, 0, 3), block(1, 0, 3)], [0.6, 0.9])

    assert labels == [[0, 1, 1, 1, 0, 0]] * 2
    assert classes == [1]


@pytest.mark.parametrize(("threshold", "kept"), [(0.49, 1), (0.5, 2)])
def test_what_is_hidden_beyond_the_threshold_is_left_out(threshold, kept):
    _, classes = merged(merging(overlap_threshold=threshold), [block(0, 0), block(1, 0)], [0.9, 0.8])

    assert len(classes) == kept


@pytest.mark.parametrize(("threshold", "kept"), [(0.7, 2), (0.8, 2), (0.81, 1)])
def test_a_score_at_the_threshold_is_enough(threshold, kept):
    _, classes = merged(merging(instance_score_threshold=threshold), [block(0, 0), block(2, 0)], [0.8, 0.9])

    assert len(classes) == kept


def test_a_detection_without_a_pixel_is_no_segment():
    assert merged(merging(), [(0, 0, np.zeros((2, 2), dtype=bool))], [0.9]) == ([[0] * 6] * 2, [])


@pytest.mark.parametrize(("limit", "kept"), [(4, [0, 2]), (5, [0])])
def test_stuff_fills_what_is_left_where_it_is_large_enough(limit, kept):
    semantic = [[2, 2, 2, 2, 0, 0]] * 2

    labels, classes = merged(merging(stuff_area_limit=limit), [block(0, 0)], [0.9], semantic)

    assert classes == kept
    assert labels[0][4:] == [0, 0]


def test_stuff_that_is_wholly_hidden_is_a_segment_of_no_pixel_only_where_there_is_no_limit():
    semantic = [[3, 3, 0, 0, 0, 0]] * 2

    _, without = merged(merging(stuff_area_limit=0), [block(0, 0)], [0.9], semantic)
    _, with_limit = merged(merging(stuff_area_limit=1), [block(0, 0)], [0.9], semantic)

    assert without == [0, 3]
    assert with_limit == [0]
