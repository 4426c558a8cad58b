"""The classification loss that learns some classes of a step only."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from det_plugin_maskrcnn import BoxPredictorConfig, FederatedLossConfig
from det_plugin_maskrcnn.box_predictor import BoxPredictions
from det_plugin_maskrcnn.components import SampledProposals
from det_plugin_maskrcnn.federated_classes import classes_to_decide_on, counted

CLASSES = 6
BACKGROUND = CLASSES


def predictor(number=4, power=0.5):
    federated = FederatedLossConfig(num_classes=number, frequency_power=power)
    config = BoxPredictorConfig(classification="sigmoid", federated=federated)
    return config.build(in_features=3, num_classes=CLASSES)


def samples(classes, image_index=None):
    count = len(classes)
    return SampledProposals(
        boxes=torch.tensor([[0.0, 0.0, 8.0, 8.0]]).repeat(count, 1),
        image_index=torch.zeros(count, dtype=torch.int64) if image_index is None else torch.tensor(image_index),
        classes=torch.tensor(classes),
        target_boxes=torch.tensor([[0.0, 0.0, 8.0, 8.0]]).repeat(count, 1),
        target_index=torch.zeros(count, dtype=torch.int64),
    )


def decided(classes, weights, number):
    given = torch.tensor(classes, dtype=torch.int64)
    return classes_to_decide_on(given, weights=torch.tensor(weights), number=number).nonzero().flatten().tolist()


def test_classes_that_are_there_are_decided_on_and_others_fill_up():
    chosen = [decided([2, 2, BACKGROUND], [1.0] * CLASSES, 4) for _ in range(100)]

    assert all(2 in each and len(each) == 3 for each in chosen)
    assert {name for each in chosen for name in each} == set(range(CLASSES))


def test_more_classes_than_wanted_are_all_decided_on():
    assert decided([0, 1, 2, 3, BACKGROUND], [1.0] * CLASSES, 2) == [0, 1, 2, 3]


def test_all_classes_are_enough():
    assert decided([BACKGROUND], [1.0] * CLASSES, 50) == list(range(CLASSES))


def test_without_boxes_the_others_are_drawn():
    assert len(decided([], [1.0] * CLASSES, 4)) == 4


def test_a_class_of_weight_0_is_never_drawn():
    assert decided([1], [0.0, 0.0, 5.0, 0.0, 0.0, 0.0], 4) == [1, 2]


def test_frequent_classes_are_drawn_in_proportion_to_their_weights():
    torch.manual_seed(0)
    weights = torch.tensor([8.0, 4.0, 2.0, 1.0, 1.0, 0.0])

    drawn = [classes_to_decide_on(torch.tensor([BACKGROUND]), weights=weights, number=2) for _ in range(4000)]

    share = torch.stack(drawn).float().mean(dim=0)
    torch.testing.assert_close(share, weights / weights.sum(), atol=0.03, rtol=0)


def test_pictures_are_counted_once_for_each_class_they_show():
    weights = torch.tensor([10.0, 1.0, 1.0])

    after = counted(weights, torch.tensor([0, 0, 1, 0, 3]), torch.tensor([0, 0, 0, 1, 1]), power=0.5)

    torch.testing.assert_close(after, torch.tensor([102.0, 2.0, 1.0]).sqrt())


def test_the_loss_is_that_of_the_classes_decided_on():
    given = samples([0, BACKGROUND])
    logits = torch.randn(2, CLASSES + 1)
    part = predictor(number=2)

    loss = part.losses(BoxPredictions(logits, torch.zeros(2, CLASSES * 4)), given)["loss_cls"]

    wanted = one_hot(given.classes, CLASSES + 1).float()
    expected = binary_cross_entropy_with_logits(logits[:, :1], wanted[:, :1], reduction="sum") / 2
    torch.testing.assert_close(loss, expected)


def test_training_counts_and_a_checkpoint_carries_the_counts():
    part = predictor()

    part.losses(BoxPredictions(torch.zeros(1, CLASSES + 1), torch.zeros(1, CLASSES * 4)), samples([4]))

    torch.testing.assert_close(part.state_dict()["fed_loss_cls_weights"][4], torch.tensor(2.0).sqrt())


def test_classes_that_exclude_each_other_cannot_be_learned_so():
    with pytest.raises(ValueError, match="'federated' needs classes that are decided on their own"):
        BoxPredictorConfig(federated=FederatedLossConfig())
