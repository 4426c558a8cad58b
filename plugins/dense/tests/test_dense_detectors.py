"""RetinaNet and FCOS as whole models."""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from det_plugin_parts import BoxLossConfig

BOX = (10.0, 12.0, 40.0, 50.0)


def total(losses: dict[str, Tensor]) -> Tensor:
    return sum(losses.values(), torch.zeros(()))


@pytest.mark.parametrize("boxes", [pytest.param([BOX], id="an object"), pytest.param([], id="none")])
@pytest.mark.parametrize("kind", ["smooth-l1", "giou", "diou", "ciou"])
def test_boxes_are_learned_by_any_loss(family, tiny_config, picture, kind, boxes):
    torch.manual_seed(0)
    model = tiny_config(family, box_loss=BoxLossConfig(kind=kind, weight=2.0)).build()

    losses = model.train().losses([picture(64, 70, boxes), picture(64, 64, boxes)])
    total(losses).backward()

    assert all(loss.isfinite() for loss in losses.values())
    gradient = model.head.bbox_pred.weight.grad
    assert gradient.isfinite().all()
    assert gradient.any() == bool(boxes)


def test_detections_are_ordered_and_inside_their_pictures(model, picture):
    outputs = model.eval()([picture(64, 96), picture(70, 50)])

    for output, (height, width) in zip(outputs, [(64, 96), (70, 50)], strict=True):
        found = output["instances"]
        assert 0 < len(found) <= 10
        assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
        assert (found.pred_boxes.tensor[:, 2:] <= torch.tensor([width, height])).all()
        assert (found.pred_boxes.tensor >= 0).all()


@torch.no_grad()
def test_a_picture_is_seen_alike_alone_and_in_a_batch(model, picture):
    small, large = picture(64, 64), picture(64, 96)

    alone = model.eval()([large])[0]["instances"]
    together = model([small, large])[1]["instances"]

    assert_close(together.pred_boxes.tensor, alone.pred_boxes.tensor, rtol=1e-4, atol=1e-3)
    assert together.pred_classes.tolist() == alone.pred_classes.tolist()


@torch.no_grad()
def test_no_detection_is_an_ordinary_result(model, picture):
    model.selector.score_threshold = 1.0

    (output,) = model.eval()([picture(64, 64)])

    assert len(output["instances"]) == 0


def test_the_normaliser_follows_the_number_of_positives_and_is_handed_on(model, picture):
    start = model.training_state()["normaliser"].item()
    model.train().losses([picture(64, 64)])
    after = {name: tensor.clone() for name, tensor in model.training_state().items()}

    model.losses([picture(64, 64)])
    model.load_training_state(after)

    assert_close(after["normaliser"].item(), 0.9 * start + 0.1)
    assert_close(model.training_state(), after)
    assert not any("normaliser" in name for name in model.state_dict())
