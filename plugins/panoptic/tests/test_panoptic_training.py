"""Training steps of semantic and panoptic FPN."""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from detcore.errors import DatasetError
from detcore.structures import UNLABELLED

BOX = (10.0, 12.0, 40.0, 50.0)


def total(losses: dict[str, Tensor]) -> Tensor:
    return sum(losses.values(), torch.zeros(()))


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param(([BOX], [BOX, (0.0, 0.0, 63.0, 60.0)]), id="objects in both"),
        pytest.param(([BOX], []), id="one picture is empty"),
        pytest.param(([], []), id="both are empty"),
        pytest.param(([(5.0, 5.0, 6.0, 6.0)],), id="an object of one pixel"),
        pytest.param(([(x, x, x + 9.0, x + 7.0) for x in torch.linspace(0, 50, 300).tolist()],), id="300 objects"),
        pytest.param(([BOX], [], [BOX]), id="three pictures"),
    ],
)
def test_a_training_step_reaches_every_weight(model, picture, boxes):
    inputs = [picture(64, 70 + 7 * index, own) for index, own in enumerate(boxes)]

    losses = model.train().losses(inputs)
    total(losses).backward()

    assert all(loss.isfinite() for loss in losses.values())
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_pixels_that_nobody_labelled_teach_nothing(model, picture):
    losses = model.train().losses([picture(64, 64, label=UNLABELLED), picture(50, 64, label=UNLABELLED)])
    losses["loss_sem_seg"].backward()

    assert losses["loss_sem_seg"].item() == 0
    assert all(p.grad.count_nonzero() == 0 for p in model.sem_seg_head.parameters())


def test_padding_is_not_learned_from(model, picture):
    small, large = picture(33, 40), picture(64, 96)

    together = model.train().losses([small, large])["loss_sem_seg"]
    logits = model.sem_seg_head(model.backbone(model.preprocess([small, large]).pixels))
    enlarged = torch.nn.functional.interpolate(logits, scale_factor=4.0, mode="bilinear")
    rows = [enlarged[0, :, :33, :40].flatten(1), enlarged[1, :, :64, :96].flatten(1)]
    labels = [small["sem_seg"].flatten(), large["sem_seg"].flatten()]

    assert_close(together, torch.nn.functional.cross_entropy(torch.cat(rows, dim=1).T, torch.cat(labels)))


def test_a_label_that_is_no_class_is_named_before_anything_is_computed(model, picture):
    message = (
        r"^a semantic map has the label 77, but the head knows 0 to 3 and ignores 255; "
        r"change the maps, 'num_classes' or 'ignore_value'$"
    )

    with pytest.raises(DatasetError, match=message):
        model.train().losses([picture(64, 64, label=77)])


def test_a_picture_without_a_semantic_map_is_named(model, picture):
    bare = picture(64, 64)
    del bare["sem_seg"]

    with pytest.raises(ValueError, match=r"^training needs semantic maps: input 1 has no 'sem_seg'$"):
        model.train().losses([picture(64, 64), bare])


@pytest.mark.filterwarnings("ignore:.*autocast:UserWarning")
def test_losses_in_bfloat16_are_those_of_float32(model, picture):
    inputs = [picture(64, 64, [BOX]), picture(96, 64, [BOX])]
    torch.manual_seed(0)
    expected = model.train().losses(inputs)["loss_sem_seg"]

    torch.manual_seed(0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = model.losses(inputs)
    total(losses).backward()

    assert_close(losses["loss_sem_seg"].item(), expected.item(), rtol=0.02, atol=0)
    assert all(p.grad.isfinite().all() for p in model.parameters())
