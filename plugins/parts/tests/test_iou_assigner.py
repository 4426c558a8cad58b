import pytest
import torch

from det_plugin_parts import IGNORED, NEGATIVE, POSITIVE, IoUAssigner, IoUAssignerConfig


def rpn_assigner(*, allow_low_quality_matches: bool = False) -> IoUAssigner:
    return IoUAssignerConfig(allow_low_quality_matches=allow_low_quality_matches).build()


def test_a_box_learns_the_object_it_overlaps_most():
    overlaps = torch.tensor([[0.8, 0.1, 0.2], [0.1, 0.9, 0.1]])

    matches, labels = rpn_assigner()(overlaps)

    assert matches.tolist() == [0, 1, 0]
    assert labels.tolist() == [POSITIVE, POSITIVE, NEGATIVE]


def test_a_box_between_the_thresholds_learns_nothing():
    labels = rpn_assigner()(torch.tensor([[0.5]])).labels

    assert labels.tolist() == [IGNORED]


def test_an_overlap_on_a_threshold_belongs_to_the_band_above():
    labels = rpn_assigner()(torch.tensor([[0.3, 0.7]])).labels

    assert labels.tolist() == [IGNORED, POSITIVE]


def test_the_best_box_of_an_object_learns_it_however_little_it_overlaps():
    labels = rpn_assigner(allow_low_quality_matches=True)(torch.tensor([[0.1, 0.2, 0.05]])).labels

    assert labels.tolist() == [NEGATIVE, POSITIVE, NEGATIVE]


def test_boxes_that_tie_for_an_object_all_learn_it():
    labels = rpn_assigner(allow_low_quality_matches=True)(torch.tensor([[0.2, 0.2, 0.1]])).labels

    assert labels.tolist() == [POSITIVE, POSITIVE, NEGATIVE]


def test_a_low_quality_match_keeps_the_index_of_the_boxs_own_best_object():
    overlaps = torch.tensor([[0.4, 0.9], [0.3, 0.0]])

    matches, labels = rpn_assigner(allow_low_quality_matches=True)(overlaps)

    assert matches.tolist() == [0, 0]
    assert labels.tolist() == [POSITIVE, POSITIVE]


def test_an_object_that_nothing_overlaps_makes_every_box_positive_as_in_the_reference():
    overlaps = torch.tensor([[0.8, 0.1, 0.0], [0.0, 0.0, 0.0]])

    matches, labels = rpn_assigner(allow_low_quality_matches=True)(overlaps)

    assert matches.tolist() == [0, 0, 0]
    assert labels.tolist() == [POSITIVE, POSITIVE, POSITIVE]


@pytest.mark.parametrize("allow_low_quality_matches", [True, False])
def test_without_objects_every_box_is_background(allow_low_quality_matches):
    matches, labels = rpn_assigner(allow_low_quality_matches=allow_low_quality_matches)(torch.zeros(0, 3))

    assert matches.tolist() == [0, 0, 0]
    assert labels.tolist() == [NEGATIVE, NEGATIVE, NEGATIVE]


def test_without_boxes_there_is_nothing_to_assign():
    matches, labels = rpn_assigner(allow_low_quality_matches=True)(torch.zeros(2, 0))

    assert matches.shape == labels.shape == (0,)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"labels": (0, 1)}, r"2 'thresholds' separate 3 'labels': \(0, 1\)", id="too few labels"),
        pytest.param({"thresholds": (0.7, 0.3)}, r"'thresholds' must rise: \(0.7, 0.3\)", id="falling"),
        pytest.param({"thresholds": (0.3, 1.7)}, "'thresholds' must be <= 1: 1.7", id="above 1"),
        pytest.param(
            {"thresholds": (), "labels": (1,)}, "'thresholds' must list at least one", id="no threshold at all"
        ),
        pytest.param(
            {"labels": (-1, -1, 1)},
            r"'labels' must hold a 0, or nothing is ever learned as background: \(-1, -1, 1\)",
            id="no background",
        ),
        pytest.param(
            {"labels": (0, -1, -1), "allow_low_quality_matches": False},
            r"'labels' must hold a 1, or no object is ever learned: \(0, -1, -1\)",
            id="no object",
        ),
        pytest.param(
            {"labels": (1, -1, 0)},
            r"'labels' must not call a band background that overlaps more than one of 1: \(1, -1, 0\)",
            id="upside down",
        ),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        IoUAssignerConfig(**settings)
