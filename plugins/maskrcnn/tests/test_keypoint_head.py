"""What the keypoint head learns, and from which boxes."""

import pytest
import torch
from torch.testing import assert_close

from det_plugin_maskrcnn import ConvDeconvKeypointHead, ConvDeconvKeypointHeadConfig, SampledProposals
from detcore.structures import Instances, Keypoints


def head(**settings) -> ConvDeconvKeypointHead:
    torch.manual_seed(0)
    return ConvDeconvKeypointHeadConfig(num_keypoints=2, conv_dims=(4,), **settings).build(channels=3)


def samples(boxes: list[list[float]]) -> SampledProposals:
    """Boxes of one picture, each matched with the object of its own position."""
    tensor, zeros = torch.tensor(boxes).reshape(-1, 4), torch.zeros(len(boxes), dtype=torch.long)
    return SampledProposals(tensor, zeros, zeros, tensor, torch.arange(len(boxes)))


def picture(*keypoints: list[list[float]]) -> Instances:
    return Instances((64, 64), gt_keypoints=Keypoints(torch.tensor(keypoints).reshape(-1, 2, 3)))


BOXES = [[0.0, 0.0, 20.0, 20.0]] * 3
TARGETS = [
    picture(
        [[5.0, 5.0, 2.0], [50.0, 50.0, 2.0]],  # one point inside
        [[5.0, 5.0, 0.0], [6.0, 6.0, 0.0]],  # none that is labelled
        [[30.0, 5.0, 2.0], [5.0, 30.0, 1.0]],  # both beside the box
    )
]


def test_a_box_is_learned_from_if_it_holds_a_labelled_keypoint():
    assert head().learned(samples(BOXES), TARGETS).tolist() == [True, False, False]


def test_maps_are_four_times_as_fine_as_the_pooled_features():
    assert head()(torch.zeros(5, 3, 7, 7)).shape == (5, 2, 28, 28)


def test_the_loss_is_the_mean_over_the_keypoints_that_are_there():
    both, one = samples(BOXES[:1] * 2), samples(BOXES[:1])
    pooled = torch.randn(1, 3, 7, 7).expand(2, -1, -1, -1)
    targets = [picture([[5.0, 5.0, 2.0], [50.0, 50.0, 2.0]], [[5.0, 5.0, 2.0], [50.0, 50.0, 2.0]])]

    once = head().losses(pooled[:1], one, TARGETS)["loss_keypoint"]
    twice = head().losses(pooled, both, targets)["loss_keypoint"]

    assert_close(once, twice)


def test_a_static_normaliser_stands_in_the_place_of_their_number():
    pooled = torch.randn(1, 3, 7, 7)

    by_number = head().losses(pooled, samples(BOXES[:1]), TARGETS)["loss_keypoint"]
    by_four = head(static_normaliser=4.0, loss_weight=3.0).losses(pooled, samples(BOXES[:1]), TARGETS)["loss_keypoint"]

    assert_close(by_four, 3 * by_number / 4)


@pytest.mark.parametrize("static_normaliser", [None, 4.0])
@pytest.mark.parametrize("rows", [0, 2], ids=["no box", "boxes without keypoints"])
def test_nothing_to_learn_is_a_loss_of_zero_that_reaches_every_weight(static_normaliser, rows):
    some = head(static_normaliser=static_normaliser)
    hidden = [picture(*([[[5.0, 5.0, 0.0], [6.0, 6.0, 0.0]]] * rows))]

    loss = some.losses(torch.randn(rows, 3, 7, 7), samples(BOXES[:rows]), hidden)["loss_keypoint"]
    loss.backward()

    assert loss.item() == 0
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in some.parameters())
