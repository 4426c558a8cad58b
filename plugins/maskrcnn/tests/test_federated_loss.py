"""The classification loss that learns some classes of a step only."""

import warnings

import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from det_plugin_maskrcnn import BoxPredictorConfig, FederatedLossConfig
from det_plugin_maskrcnn.box_predictor import BoxPredictions
from det_plugin_maskrcnn.components import SampledProposals
from det_plugin_maskrcnn.federated_classes import classes_to_decide_on
from detcore.errors import DetcoreWarning

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


def test_the_loss_is_that_of_the_classes_decided_on():
    given = samples([0, BACKGROUND])
    logits = torch.randn(2, CLASSES + 1)
    part = predictor(number=2)

    loss = part.losses(BoxPredictions(logits, torch.zeros(2, CLASSES * 4)), given)["loss_cls"]

    wanted = one_hot(given.classes, CLASSES + 1).float()
    expected = binary_cross_entropy_with_logits(logits[:, :1], wanted[:, :1], reduction="sum") / 2
    torch.testing.assert_close(loss, expected)


def one_step(part):
    part.losses(BoxPredictions(torch.zeros(1, CLASSES + 1), torch.zeros(1, CLASSES * 4)), samples([4]))


def test_classes_are_drawn_by_the_pictures_that_show_them():
    part = predictor(power=0.5)

    part.learn_class_counts([100, 25, 4, 1, 0, 9])

    assert part.needs_class_counts
    assert part.state_dict()["fed_loss_cls_weights"].tolist() == [10, 5, 2, 1, 0, 3]


def test_training_leaves_the_weights_of_a_checkpoint_as_they_are():
    part = predictor()
    published = torch.tensor([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
    part.load_state_dict({**part.state_dict(), "fed_loss_cls_weights": published})

    one_step(part)

    assert torch.equal(part.fed_loss_cls_weights, published)


def test_a_checkpoint_of_other_data_has_the_last_word_and_this_is_told():
    part = nn.ModuleDict({"box_predictor": predictor()})
    stored = part.state_dict()
    stored = {name: tensor.clone() for name, tensor in stored.items()}
    part["box_predictor"].learn_class_counts([1, 1, 1, 1, 1, 9])

    message = (
        r"^box_predictor.fed_loss_cls_weights: the weights were made for data whose classes are not as frequent as "
        r"here; .* write weights.reinitialise = \["
    )
    with pytest.warns(DetcoreWarning, match=message):
        part.load_state_dict(stored)

    assert part["box_predictor"].fed_loss_cls_weights.tolist() == [1.0] * CLASSES


def test_a_checkpoint_of_the_same_data_is_loaded_in_silence():
    part = predictor()
    part.learn_class_counts([1, 1, 1, 1, 1, 9])

    with warnings.catch_warnings(action="error"):
        part.load_state_dict({name: tensor.clone() for name, tensor in part.state_dict().items()})


def test_a_loss_over_all_classes_asks_for_no_counts():
    part = BoxPredictorConfig().build(in_features=3, num_classes=CLASSES)

    part.learn_class_counts([1] * CLASSES)

    assert not part.needs_class_counts


def test_classes_that_exclude_each_other_cannot_be_learned_so():
    with pytest.raises(ValueError, match="'federated' needs classes that are decided on their own"):
        BoxPredictorConfig(federated=FederatedLossConfig())
