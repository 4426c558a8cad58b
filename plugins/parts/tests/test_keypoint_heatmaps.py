"""Keypoints read off their maps."""

import torch
from torch.testing import assert_close

from det_plugin_parts import keypoints_of_heatmaps

BOX = torch.tensor([[10.0, 20.0, 18.0, 28.0]])


def test_a_keypoint_is_in_the_middle_of_the_pixel_of_the_highest_place():
    heatmap = torch.zeros(1, 1, 8, 8)
    heatmap[0, 0, 2, 5] = 9.0

    found = keypoints_of_heatmaps(heatmap, BOX)

    assert_close(found[0, 0, :2], torch.tensor([15.5, 22.5]))


def test_the_score_is_the_share_of_the_highest_place():
    heatmap = torch.zeros(1, 1, 2, 2)
    heatmap[0, 0, 0, 0] = 2.0

    found = keypoints_of_heatmaps(heatmap, torch.tensor([[0.0, 0.0, 2.0, 2.0]]))

    share = torch.tensor(2.0).exp() / (torch.tensor(2.0).exp() + 3)
    assert_close(found[0, 0, 2], share)


def test_the_score_of_maps_as_steep_as_cliffs_is_finite():
    heatmap = torch.tensor([[1e5, -1e5, 1e5, 1e5], [-1e5, 1e5, 1e5, -1e5]] * 2)[None, None]

    found = keypoints_of_heatmaps(heatmap, BOX)

    assert found.isfinite().all()


def test_no_box_has_no_keypoints():
    assert keypoints_of_heatmaps(torch.zeros(0, 3, 8, 8), torch.zeros(0, 4)).shape == (0, 3, 3)
