import math

import numpy as np
import pytest
import torch
from attrs import evolve

from det_plugin_maskrcnn import FCNMaskHeadConfig
from det_plugin_parts import BoxLossConfig
from detcore.structures import Instances, PolygonMasks

NAMES = {"loss_rpn_cls", "loss_rpn_loc", "loss_cls", "loss_box_reg", "loss_mask"}


def train_step(model, inputs) -> dict[str, float]:
    """The losses; every learning parameter must have received a finite gradient."""
    losses = model.train()(inputs)
    sum(losses.values()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
    return {name: loss.item() for name, loss in losses.items()}


def test_a_step_yields_every_loss_finite(tiny_model, picture):
    losses = train_step(
        tiny_model, [picture(64, 80, [[5, 5, 40, 40], [30, 20, 70, 60]]), picture(90, 50, [[2, 2, 30, 60]])]
    )

    assert losses.keys() == NAMES
    assert all(math.isfinite(loss) and loss > 0 for loss in losses.values())


def test_a_picture_without_objects_beside_one_with(tiny_model, picture):
    losses = train_step(tiny_model, [picture(64, 64), picture(64, 64, [[5, 5, 40, 40]])])

    assert all(math.isfinite(loss) for loss in losses.values())
    assert losses["loss_mask"] > 0


def test_a_batch_without_any_object_learns_background_only(tiny_model, picture):
    losses = train_step(tiny_model, [picture(64, 64), picture(70, 50)])

    assert losses["loss_rpn_cls"] > 0
    assert losses["loss_cls"] > 0
    assert losses["loss_rpn_loc"] == losses["loss_box_reg"] == losses["loss_mask"] == 0


def test_a_picture_without_objects_needs_no_masks(tiny_model, picture):
    empty = picture(64, 64)
    empty["instances"].remove("gt_masks")

    losses = train_step(tiny_model, [empty, picture(64, 64, [[5, 5, 40, 40]])])

    assert all(math.isfinite(loss) for loss in losses.values())


def test_375_instances(tiny_model, picture):
    boxes = [[x * 4.0, y * 4.0, x * 4.0 + 6, y * 4.0 + 6] for x in range(25) for y in range(15)]

    losses = train_step(tiny_model, [picture(70, 110, boxes)])

    assert all(math.isfinite(loss) for loss in losses.values())


def test_boxes_of_one_pixel_and_of_the_whole_picture(tiny_model, picture):
    losses = train_step(tiny_model, [picture(64, 64, [[10, 10, 11, 11], [63, 63, 64, 64], [0, 0, 64, 64]])])

    assert all(math.isfinite(loss) for loss in losses.values())


def test_polygons_and_bitmaps_in_one_batch(tiny_model, picture):
    polygons = picture(64, 64, [[8, 8, 40, 40]])
    polygons["instances"].gt_masks = PolygonMasks([[np.array([[8.0, 8], [40, 8], [40, 40], [8, 40]])]])

    losses = train_step(tiny_model, [polygons, picture(64, 64, [[8, 8, 40, 40]])])

    assert all(math.isfinite(loss) for loss in losses.values())


def test_without_a_mask_head_there_is_no_mask_loss(tiny_config, picture):
    model = evolve(tiny_config, roi_heads=evolve(tiny_config.roi_heads, mask_head=None)).build()

    assert train_step(model, [picture(64, 64, [[5, 5, 40, 40]])]).keys() == NAMES - {"loss_mask"}


@pytest.mark.parametrize("kind", ["giou", "diou", "ciou"])
def test_losses_of_decoded_boxes_survive_a_batch_without_objects(tiny_config, picture, kind):
    loss = BoxLossConfig(kind=kind)
    heads = evolve(tiny_config.roi_heads, box_predictor=evolve(tiny_config.roi_heads.box_predictor, box_loss=loss))
    generator = evolve(tiny_config.proposal_generator, box_loss=loss)
    model = evolve(tiny_config, proposal_generator=generator, roi_heads=heads).build()

    losses = train_step(model, [picture(64, 64), picture(64, 64)])

    assert losses["loss_rpn_loc"] == losses["loss_box_reg"] == 0


@pytest.mark.parametrize("has_objects", [True, False])
def test_class_agnostic_heads_with_independent_classes(tiny_config, picture, has_objects):
    predictor = evolve(tiny_config.roi_heads.box_predictor, class_agnostic=True, classification="sigmoid")
    masks = FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=8, class_agnostic=True)
    model = evolve(
        tiny_config, roi_heads=evolve(tiny_config.roi_heads, box_predictor=predictor, mask_head=masks)
    ).build()

    losses = train_step(model, [picture(64, 64, [[5, 5, 40, 40]] if has_objects else [])])

    assert all(math.isfinite(loss) for loss in losses.values())


def test_masks_can_be_learned_in_predicted_boxes(tiny_config, picture):
    model = evolve(tiny_config, roi_heads=evolve(tiny_config.roi_heads, masks_of_predicted_boxes=True)).build()

    losses = train_step(model, [picture(64, 64, [[5, 5, 40, 40]]), picture(64, 64)])

    assert losses["loss_mask"] > 0


def test_the_same_seed_gives_the_same_losses(tiny_config, picture):
    inputs = [picture(64, 64, [[5, 5, 40, 40]])]
    losses = []
    for _ in range(2):
        torch.manual_seed(7)
        losses.append(train_step(tiny_config.build(), inputs))

    assert losses[0] == losses[1]


def test_a_picture_without_ground_truth_is_refused_by_its_position(tiny_model, picture):
    inputs = [picture(64, 64, [[5, 5, 40, 40]]), picture(64, 64)]
    del inputs[1]["instances"]

    with pytest.raises(ValueError, match="training needs ground truth: input 1 has no 'instances'"):
        tiny_model.train()(inputs)


def test_a_few_steps_on_one_picture_lower_the_loss(tiny_model, picture):
    inputs = [picture(64, 64, [[8, 8, 40, 40]])]
    optimizer = torch.optim.SGD(tiny_model.parameters(), lr=0.02, momentum=0.9)
    totals = []
    for _ in range(8):
        optimizer.zero_grad()
        total = sum(tiny_model.train()(inputs).values())
        total.backward()
        optimizer.step()
        totals.append(total.item())

    assert totals[-1] < 0.8 * totals[0]


def test_instances_stay_as_they_were(tiny_model, picture):
    inputs = [picture(64, 64, [[5, 5, 40, 40]])]
    before: Instances = inputs[0]["instances"]

    train_step(tiny_model, inputs)

    assert inputs[0]["instances"] is before
    assert set(before.fields()) == {"gt_boxes", "gt_classes", "gt_masks"}
