import pytest
import torch
from attrs import evolve
from torch.testing import assert_close

from det_plugin_maskrcnn import AnchorSamplingConfig, ProposalSelectionConfig, RPNConfig
from det_plugin_maskrcnn.rpn_head import RPNHead
from det_plugin_parts import IGNORED, NEGATIVE, POSITIVE, DeltaBoxCoderConfig, GridAnchorsConfig
from detcore.specs import FeatureShape
from detcore.structures import Boxes, Instances

SHAPES = {"p2": FeatureShape(channels=4, stride=4), "p3": FeatureShape(channels=4, stride=8)}
CONFIG = RPNConfig(in_features=("p2", "p3"), anchors=GridAnchorsConfig(sizes=((16.0,), (32.0,))))
SIZES = torch.tensor([[64, 64], [40, 60]])


def features() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {"p2": torch.randn(2, 4, 16, 16, generator=generator), "p3": torch.randn(2, 4, 8, 8, generator=generator)}


def target(*boxes: list[float]) -> Instances:
    return Instances((64, 64), gt_boxes=Boxes(boxes))


def select(anchors, logits, *, sizes=((100, 100),), **settings):
    """Proposals of one level whose deltas are all zero."""
    anchors, logits = torch.tensor(anchors), torch.tensor(logits)
    return ProposalSelectionConfig(**settings).build(training=False)(
        anchors=[anchors],
        logits=[logits],
        deltas=[torch.zeros(*logits.shape, 4)],
        sizes=torch.tensor(sizes),
        coder=DeltaBoxCoderConfig().build(),
    )


def test_one_convolution_and_several_are_named_as_in_published_weights():
    one = RPNHead(in_channels=4, conv_dims=[6], num_anchors=3)
    two = RPNHead(in_channels=4, conv_dims=[6, 8], num_anchors=3)

    assert one.conv.weight.shape == (6, 4, 3, 3)
    assert set(two.state_dict()) >= {"conv.conv0.weight", "conv.conv1.weight"}
    assert two.anchor_deltas.weight.shape == (12, 8, 1, 1)


def test_without_targets_there_are_no_losses():
    proposals, losses = CONFIG.build(shapes=SHAPES).eval()(features(), SIZES)

    assert losses == {}
    assert len(proposals.boxes) > 0


def test_losses_are_divided_by_what_a_step_may_learn_from():
    torch.manual_seed(0)
    targets = [target([4, 4, 20, 20]), target()]
    few, many = (
        evolve(CONFIG, sampling=AnchorSamplingConfig(batch_size_per_image=size)).build(shapes=SHAPES)
        for size in (10_000, 20_000)
    )
    many.load_state_dict(few.state_dict())

    _, losses = few(features(), SIZES, targets)
    _, halved = many(features(), SIZES, targets)

    for name in ("loss_rpn_cls", "loss_rpn_loc"):
        assert_close(halved[name] * 2, losses[name])


def test_weights_scale_the_losses():
    torch.manual_seed(0)
    plain = CONFIG.build(shapes=SHAPES)
    doubled = evolve(CONFIG, objectness_weight=2.0, box_loss=evolve(CONFIG.box_loss, weight=3.0)).build(shapes=SHAPES)
    doubled.load_state_dict(plain.state_dict())
    sampling_seed = 5

    torch.manual_seed(sampling_seed)
    _, losses = plain(features(), SIZES, [target([4, 4, 20, 20])] * 2)
    torch.manual_seed(sampling_seed)
    _, scaled = doubled(features(), SIZES, [target([4, 4, 20, 20])] * 2)

    assert_close(scaled["loss_rpn_cls"], 2 * losses["loss_rpn_cls"])
    assert_close(scaled["loss_rpn_loc"], 3 * losses["loss_rpn_loc"])


def test_proposals_learn_nothing_from_what_follows_them():
    proposals, _ = CONFIG.build(shapes=SHAPES)(features(), SIZES, [target([4, 4, 20, 20])] * 2)

    assert not proposals.boxes.requires_grad
    assert not proposals.logits.requires_grad


def test_training_and_testing_keep_their_own_number_of_proposals():
    selection = ProposalSelectionConfig(post_nms_topk_train=3, post_nms_topk_test=2)
    rpn = evolve(CONFIG, selection=selection).build(shapes=SHAPES)

    counts = [len(rpn.train(training)(features(), SIZES)[0].boxes) for training in (True, False)]

    assert counts == [6, 4]


def test_proposals_are_clipped_to_the_picture_without_padding():
    proposals = select([[-5.0, -5.0, 70.0, 70.0]], [[1.0], [2.0]], sizes=((64, 50), (30, 80)))

    assert proposals.boxes.tolist() == [[0, 0, 50, 64], [0, 0, 70, 30]]
    assert proposals.image_index.tolist() == [0, 1]


def test_small_proposals_are_dropped():
    proposals = select([[0.0, 0.0, 4.0, 50.0], [0.0, 0.0, 5.0, 50.0]], [[2.0, 1.0]], min_box_size=4.0)

    assert proposals.boxes.tolist() == [[0, 0, 5, 50]]


def test_what_is_no_number_is_dropped():
    proposals = select(
        [[0.0, 0.0, 9.0, 9.0], [0.0, 0.0, float("nan"), 9.0], [50.0, 0.0, 60.0, 9.0]], [[1.0, 3.0, float("nan")]]
    )

    assert proposals.boxes.tolist() == [[0, 0, 9, 9]]


def test_a_level_with_fewer_anchors_than_asked_for_gives_all():
    proposals = select([[0.0, 0.0, 9.0, 9.0], [50.0, 0.0, 60.0, 9.0]], [[1.0, 2.0]], pre_nms_topk_test=1000)

    assert proposals.logits.tolist() == [2, 1]


def test_levels_do_not_suppress_each_other():
    box = torch.tensor([[0.0, 0.0, 9.0, 9.0]])
    proposals = ProposalSelectionConfig().build(training=False)(
        anchors=[box, box],
        logits=[torch.tensor([[1.0]]), torch.tensor([[2.0]])],
        deltas=[torch.zeros(1, 1, 4)] * 2,
        sizes=torch.tensor([[50, 50]]),
        coder=DeltaBoxCoderConfig().build(),
    )

    assert proposals.logits.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("boundary", "labels"),
    [
        pytest.param(None, [POSITIVE, NEGATIVE], id="all anchors learn"),
        pytest.param(0.0, [IGNORED, NEGATIVE], id="none that crosses the border"),
        pytest.param(5.0, [POSITIVE, NEGATIVE], id="a little is allowed"),
    ],
)
def test_anchors_beyond_the_picture_may_be_left_out(boundary, labels):
    sampler = AnchorSamplingConfig(boundary=boundary).build()

    assignment = sampler(torch.tensor([[-4.0, 0.0, 20.0, 20.0], [30.0, 30.0, 60.0, 60.0]]), target([0, 0, 20, 20]))

    assert assignment.labels.tolist() == labels


def test_a_sample_holds_no_more_anchors_than_asked_for():
    anchors = torch.tensor([[x, 0.0, x + 10.0, 10.0] for x in range(0, 500, 2)])

    labels = AnchorSamplingConfig(batch_size_per_image=16).build()(anchors, target([100, 0, 110, 10])).labels

    assert (labels == POSITIVE).sum() >= 1
    assert (labels != IGNORED).sum() == 16
