"""Detections of a batch, told picture by picture."""

import torch

from det_plugin_parts import output_size, split_by_picture
from detcore.structures import Detections


def test_the_output_of_a_picture_is_of_its_own_size_unless_another_is_wanted():
    picture = {"image": torch.zeros(3, 50, 40)}

    assert output_size(picture) == (50, 40)
    assert output_size({**picture, "height": 100, "width": 80}) == (100, 80)


def test_boxes_that_become_empty_in_the_output_are_dropped_with_their_masks():
    detections = Detections(
        boxes=torch.tensor([[0.0, 0.0, 10.0, 10.0], [20.0, 20.0, 20.0, 40.0], [5.0, 5.0, 6.0, 6.0]]),
        scores=torch.tensor([0.9, 0.8, 0.7]),
        classes=torch.tensor([0, 1, 2]),
        image_index=torch.tensor([0, 0, 1]),
        mask_probs=torch.ones(3, 4, 4),
    )
    picture = {"image": torch.zeros(3, 50, 50), "height": 100, "width": 50}

    first, second, third = split_by_picture(detections, [picture] * 3)

    assert first["instances"].pred_boxes.tensor.tolist() == [[0, 0, 10, 20]]
    assert len(first["instances"].pred_masks) == 1
    assert second["instances"].pred_classes.tolist() == [2]
    assert len(third["instances"]) == 0
