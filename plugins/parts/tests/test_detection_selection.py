"""Which boxes become detections."""

import torch
from torch.testing import assert_close

from det_plugin_parts import DeltaBoxCoderConfig, DetectionSelector
from detcore.structures import Detections, Proposals


def detect(probabilities, boxes, image_index, **settings) -> Detections:
    given = Proposals(torch.tensor(boxes), torch.zeros(len(boxes)), torch.tensor(image_index))
    defaults = {"score_threshold": 0.1, "nms_threshold": 0.5, "detections_per_image": 100}
    return DetectionSelector(**{**defaults, **settings})(
        probabilities=torch.tensor(probabilities),
        deltas=torch.zeros(len(boxes), 1, 4),
        proposals=given,
        sizes=torch.tensor([[50, 50], [50, 50]]),
        coder=DeltaBoxCoderConfig().build(),
    )


def test_one_proposal_may_be_seen_as_several_classes():
    found = detect([[0.7, 0.2, 0.05]], [[0.0, 0.0, 10.0, 10.0]], [1])

    assert found.classes.tolist() == [0, 1]
    assert_close(found.scores, torch.tensor([0.7, 0.2]))
    assert found.image_index.tolist() == [1, 1]


def test_duplicates_are_dropped_within_class_and_picture_only():
    box = [0.0, 0.0, 10.0, 10.0]

    found = detect([[0.7, 0.6], [0.8, 0.0], [0.9, 0.0]], [box] * 3, [0, 0, 1])

    assert_close(found.scores, torch.tensor([0.8, 0.6, 0.9]))
    assert found.image_index.tolist() == [0, 0, 1]


def test_the_best_detections_of_each_picture_are_kept():
    boxes = [[x, 0.0, x + 5.0, 5.0] for x in (0.0, 10.0, 20.0, 30.0)]

    found = detect([[0.3], [0.5], [0.4], [0.2]], boxes, [0, 0, 0, 1], detections_per_image=2)

    assert_close(found.scores, torch.tensor([0.5, 0.4, 0.2]))


def test_a_score_on_the_threshold_is_dropped():
    assert len(detect([[0.5]], [[0.0, 0.0, 5.0, 5.0]], [0], score_threshold=0.5).scores) == 0
