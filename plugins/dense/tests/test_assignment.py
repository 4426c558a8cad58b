"""Who learns what."""

import torch

from det_plugin_dense import CentreAssignerConfig, OverlapAssignerConfig
from det_plugin_parts import GridAnchors

STRIDES = (8, 16)


def positions() -> list[torch.Tensor]:
    grid = GridAnchors(sizes=[[8], [16]], aspect_ratios=[[1.0], [1.0]], strides=STRIDES, offset=0.5)
    return grid([torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 4, 4)])


def test_small_objects_belong_to_the_first_level_and_large_ones_to_the_last():
    small, large = [8.0, 8.0, 24.0, 24.0], [0.0, 0.0, 200.0, 200.0]

    _, labels = CentreAssignerConfig(radius=20).build()(positions(), torch.tensor([small, large]))

    assert labels[:64].nonzero().squeeze(1).tolist() == [9, 10, 17, 18]
    assert labels[64:].all()


def test_of_two_objects_a_position_learns_the_smaller():
    boxes = torch.tensor([[0.0, 0.0, 40.0, 40.0], [8.0, 8.0, 24.0, 24.0]])

    matches, labels = CentreAssignerConfig(radius=3).build()(positions(), boxes)

    assert labels[9] == 1
    assert matches[9] == 1


def test_of_two_objects_as_good_as_equally_large_a_position_learns_the_first():
    boxes = torch.tensor([[8.0, 8.0, 24.0, 24.1], [8.0, 8.0, 24.0, 24.0], [8.0, 8.0, 24.0, 23.0]])

    matches, _ = CentreAssignerConfig(radius=3).build()(positions(), boxes[:2])
    among_three, _ = CentreAssignerConfig(radius=3).build()(positions(), boxes)

    assert matches[9] == 0
    assert among_three[9] == 2


def test_a_position_far_from_the_centre_learns_nothing():
    _, labels = CentreAssignerConfig(radius=0.6).build()(positions(), torch.tensor([[0.0, 0.0, 24.0, 24.0]]))

    assert labels[:64].nonzero().squeeze(1).tolist() == [9]


def test_without_objects_everything_is_background():
    for config in (CentreAssignerConfig(), OverlapAssignerConfig()):
        matches, labels = config.build()(positions(), torch.zeros(0, 4))

        assert labels.tolist() == [0] * 80
        assert matches.tolist() == [0] * 80


def test_overlap_decides_over_all_levels_at_once():
    _, labels = OverlapAssignerConfig().build()(positions(), torch.tensor([[0.0, 0.0, 16.0, 16.0]]))

    assert labels.nonzero().squeeze(1).tolist() == [64]
