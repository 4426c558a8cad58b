"""What the losses of RetinaNet and FCOS ask for."""

import torch
from torch.testing import assert_close

from det_plugin_dense.dense_losses import centreness_of


def test_centreness_falls_from_the_middle_of_a_box_to_nothing_at_its_sides_and_beyond():
    points = torch.tensor([[4.0, 4.0], [2.0, 4.0], [0.0, 4.0], [-1.0, 4.0], [-1.0, 9.0]])
    anchors = torch.cat([points - 1, points + 1], dim=1)
    boxes = torch.tensor([[0.0, 0.0, 8.0, 8.0]]).expand(5, 4)

    centreness = centreness_of(anchors, boxes)

    assert_close(centreness, torch.tensor([1.0, (1 / 3) ** 0.5, 0.0, 0.0, 0.0]))
