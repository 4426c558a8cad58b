"""Training steps of semantic and panoptic FPN."""

import pytest
import torch
from torch.testing import assert_close

from detcore.errors import DatasetError
from detcore.structures import UNLABELLED


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
