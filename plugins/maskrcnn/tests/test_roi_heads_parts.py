"""The pieces of the ROI heads, one by one."""

import torch
from torch.testing import assert_close

from det_plugin_backbones import Norm
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHead,
    FCNMaskHeadConfig,
    ProposalSamplingConfig,
    Regions,
    SampledProposals,
)
from det_plugin_maskrcnn.box_predictor import BoxPredictions
from det_plugin_parts import DeltaBoxCoderConfig
from detcore.structures import BitMasks, Boxes, Instances, Proposals

CODER = DeltaBoxCoderConfig().build()


def target(boxes: list[list[float]], classes: list[int]) -> Instances:
    return Instances((64, 64), gt_boxes=Boxes(boxes), gt_classes=torch.tensor(classes, dtype=torch.long))


def proposals(boxes: list[list[float]], image_index: list[int]) -> Proposals:
    return Proposals(
        boxes=torch.tensor(boxes).reshape(-1, 4),
        logits=torch.zeros(len(boxes)),
        image_index=torch.tensor(image_index, dtype=torch.long),
    )


def samples(boxes: list[list[float]], classes: list[int]) -> SampledProposals:
    count = len(boxes)
    tensor = torch.tensor(boxes).reshape(-1, 4)
    zeros = torch.zeros(count, dtype=torch.long)
    return SampledProposals(tensor, zeros, torch.tensor(classes, dtype=torch.long), tensor, zeros)


def regions(classes: torch.Tensor) -> Regions:
    """Boxes that nobody looks at."""
    return Regions(torch.zeros(len(classes), 4), torch.zeros_like(classes), classes)


def mask_head(config: FCNMaskHeadConfig) -> FCNMaskHead:
    """For two channels, 5×5, and three classes."""
    return config.build(channels=2, size=5, shapes={}, num_classes=3)


def test_foreground_learns_its_objects_class_and_background_the_number_of_classes():
    sampler = ProposalSamplingConfig(append_ground_truth=False).build(num_classes=7)
    found = sampler(
        proposals([[0.0, 0.0, 10.0, 10.0], [40.0, 40.0, 60.0, 60.0], [1.0, 0.0, 10.0, 10.0]], [0, 0, 1]),
        [target([[0, 0, 10, 11]], [4]), target([[0, 0, 10, 10], [0, 0, 10, 9]], [5, 6])],
    )

    assert found.classes.tolist() == [4, 7, 5]
    assert found.image_index.tolist() == [0, 0, 1]
    assert found.target_boxes[[0, 2]].tolist() == [[0, 0, 10, 11], [0, 0, 10, 10]]
    assert found.target_index.tolist() == [0, 0, 0]


def test_ground_truth_is_among_the_proposals():
    found = ProposalSamplingConfig().build(num_classes=7)(proposals([], []), [target([[0, 0, 10, 10]], [4])])

    assert found.boxes.tolist() == [[0, 0, 10, 10]]
    assert found.classes.tolist() == [4]


def test_a_picture_without_objects_yields_background_only():
    found = ProposalSamplingConfig().build(num_classes=7)(proposals([[0.0, 0.0, 10.0, 10.0]], [0]), [target([], [])])

    assert found.classes.tolist() == [7]
    assert found.target_boxes.tolist() == [[0, 0, 0, 0]]


def test_neither_proposals_nor_objects_yield_no_sample():
    found = ProposalSamplingConfig().build(num_classes=7)(proposals([], []), [target([], [])])

    assert [len(column) for column in found] == [0, 0, 0, 0, 0]


def test_foreground_is_limited_to_its_share():
    boxes = [[0.0, 0.0, 10.0, 10.0]] * 20 + [[40.0, 40.0, 60.0, 60.0]] * 20
    sampler = ProposalSamplingConfig(batch_size_per_image=16, positive_fraction=0.25).build(num_classes=7)

    found = sampler(proposals(boxes, [0] * 40), [target([[0, 0, 10, 10]], [4])])

    assert (found.classes == 4).sum() == 4
    assert (found.classes == 7).sum() == 12


def test_box_regression_is_divided_by_all_samples():
    predictor = BoxPredictorConfig(box_coder=DeltaBoxCoderConfig()).build(in_features=4, num_classes=2)
    box = [0.0, 0.0, 10.0, 10.0]
    predictions = BoxPredictions(torch.zeros(4, 3), torch.ones(4, 8))

    one = predictor.losses(BoxPredictions(*(x[:1] for x in predictions)), samples([box], [1]))
    among_four = predictor.losses(predictions, samples([box] * 4, [1, 2, 2, 2]))

    assert one["loss_box_reg"].item() == 4
    assert among_four["loss_box_reg"].item() == 1


def test_losses_of_no_samples_are_zero():
    predictor = BoxPredictorConfig().build(in_features=4, num_classes=2)

    losses = predictor.losses(predictor(torch.zeros(0, 4)), samples([], []))

    assert {name: loss.item() for name, loss in losses.items()} == {"loss_cls": 0, "loss_box_reg": 0}


def test_only_the_deltas_of_the_own_class_matter():
    predictor = BoxPredictorConfig(box_coder=DeltaBoxCoderConfig()).build(in_features=4, num_classes=2)
    deltas = torch.tensor([[9.0, 9.0, 9.0, 9.0, 0.0, 0.0, 0.0, 0.0]])

    losses = predictor.losses(BoxPredictions(torch.zeros(1, 3), deltas), samples([[0.0, 0.0, 10.0, 10.0]], [1]))

    assert losses["loss_box_reg"].item() == 0


def test_independent_classes_start_from_a_low_probability():
    predictor = BoxPredictorConfig(classification="sigmoid").build(in_features=4, num_classes=2)

    logits, _ = predictor(torch.zeros(1, 4))

    assert_close(logits.sigmoid(), torch.full((1, 3), 0.01))


def test_a_box_head_of_convolutions_alone_is_flat():
    head = ConvFCBoxHeadConfig(conv_dims=(4, 6), fc_dims=(), norm=Norm.GROUP).build(channels=2, size=3)

    vectors = head(torch.zeros(5, 2, 3, 3))

    assert vectors.shape == (5, head.out_features) == (5, 54)
    assert set(head.state_dict()) >= {"conv1.weight", "conv1.norm.weight", "conv2.weight"}
    assert "conv1.bias" not in head.state_dict()


def test_a_mask_is_that_of_the_boxs_own_class():
    torch.manual_seed(0)
    head = mask_head(FCNMaskHeadConfig(conv_dims=(4,), deconv_dim=4))
    pooled = torch.randn(4, 2, 5, 5)
    classes = torch.tensor([2, 0, 1, 2])

    masks = head(pooled, regions(classes), {})

    hidden = torch.relu(head.deconv(torch.relu(head.mask_fcn1(pooled))))
    of_all_classes = head.predictor(hidden).sigmoid()
    assert_close(masks, of_all_classes[torch.arange(4), classes])


def test_a_class_agnostic_mask_serves_every_class():
    head = mask_head(FCNMaskHeadConfig(conv_dims=(4,), deconv_dim=4, class_agnostic=True))
    pooled = torch.randn(1, 2, 5, 5).expand(3, -1, -1, -1)

    masks = head(pooled, regions(torch.tensor([0, 1, 2])), {})

    assert head.predictor.weight.shape == (1, 4, 1, 1)
    assert_close(masks[0], masks[2])


def test_masks_are_learned_in_the_frame_of_the_box():
    head = mask_head(FCNMaskHeadConfig(conv_dims=(), deconv_dim=4))
    torch.nn.init.constant_(head.predictor.bias, 100.0)
    mask = torch.zeros(1, 64, 64, dtype=torch.bool)
    mask[:, :, :10] = True
    picture = Instances((64, 64), gt_masks=BitMasks(mask))

    inside = head.losses(torch.zeros(1, 2, 5, 5), samples([[0.0, 0.0, 10.0, 10.0]], [1]), [picture], {})
    outside = head.losses(torch.zeros(1, 2, 5, 5), samples([[20.0, 0.0, 30.0, 10.0]], [1]), [picture], {})

    assert_close(inside["loss_mask"].item(), 0.0)
    assert_close(outside["loss_mask"].item(), 100.0)
