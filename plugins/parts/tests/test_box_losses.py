import pytest
import torch
from torchvision.ops import complete_box_iou_loss

from det_plugin_parts import BoxLoss, BoxLossConfig, DeltaBoxCoderConfig, LinearBoxCoderConfig, smooth_l1
from det_plugin_parts.box_losses import IOU_LOSSES

KINDS = ["smooth-l1", "giou", "diou", "ciou"]


def box_loss(kind: str, *, weight: float = 1.0) -> BoxLoss:
    return BoxLoss(kind=kind, beta=0.0, weight=weight, coder=DeltaBoxCoderConfig().build())


def test_smooth_l1_is_square_below_beta_and_straight_above():
    losses = smooth_l1(torch.tensor([0.5, 3.0]), torch.zeros(2), beta=1.0)

    assert losses.tolist() == [0.125, 2.5]


def test_a_tiny_beta_is_plain_l1():
    losses = smooth_l1(torch.tensor([1e-7, -3.0]), torch.zeros(2), beta=1e-6)

    torch.testing.assert_close(losses, torch.tensor([1e-7, 3.0]))


@pytest.mark.parametrize("kind", KINDS)
def test_deltas_that_lead_to_the_target_cost_nothing(kind):
    boxes, targets = torch.tensor([[0.0, 0.0, 10.0, 10.0]]), torch.tensor([[2.0, 3.0, 9.0, 12.0]])
    deltas = DeltaBoxCoderConfig().build().encode(boxes, targets)

    loss = box_loss(kind)(deltas, boxes, targets)

    torch.testing.assert_close(loss, torch.tensor(0.0), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_a_weighted_sum_over_boxes(kind):
    boxes, targets = torch.tensor([[0.0, 0.0, 10.0, 10.0]] * 3), torch.tensor([[5.0, 5.0, 15.0, 15.0]] * 3)
    deltas = torch.zeros(3, 4)

    one = box_loss(kind)(deltas[:1], boxes[:1], targets[:1])

    torch.testing.assert_close(box_loss(kind, weight=2.0)(deltas, boxes, targets), 6 * one)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sides", [(0.0, 0.0), (0.0, 4.0), (4.0, 0.0)], ids=["a point", "upright", "lying"])
def test_boxes_without_area_have_a_finite_loss_and_gradient(kind, sides):
    coder = LinearBoxCoderConfig().build()  # distances of 0 are what FCOS predicts where its layer says less than 0
    width, height = sides
    deltas = torch.tensor([[-1.0, -1.0, width, height]], requires_grad=True)
    loss = BoxLoss(kind=kind, beta=0.0, weight=1.0, coder=coder)

    total = loss(deltas, torch.tensor([[0.0, 0.0, 8.0, 8.0]]), torch.tensor([[1.0, 2.0, 9.0, 7.0]]))
    total.backward()

    assert total.isfinite()
    assert deltas.grad.isfinite().all()


@pytest.mark.parametrize("shift", [0.0, 3.0, 20.0])
def test_complete_iou_loss_is_torchvisions_where_that_is_a_number(shift):
    corners = torch.rand(50, 2, generator=torch.Generator().manual_seed(0)) * 10
    sides = torch.rand(2, 50, 2, generator=torch.Generator().manual_seed(1)) * 9 + 0.1
    boxes = torch.cat([corners, corners + sides[0]], dim=1).requires_grad_()
    targets = torch.cat([corners + shift, corners + shift + sides[1]], dim=1)

    ours, theirs = IOU_LOSSES["ciou"](boxes, targets), complete_box_iou_loss(boxes, targets)

    torch.testing.assert_close(ours, theirs)
    gradients = [torch.autograd.grad(loss.sum(), boxes)[0] for loss in (ours, theirs)]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("kind", KINDS)
def test_no_boxes_cost_nothing_but_stay_connected(kind):
    deltas = torch.zeros(0, 4, requires_grad=True)

    loss = box_loss(kind)(deltas, torch.zeros(0, 4), torch.zeros(0, 4))
    loss.backward()

    assert loss.item() == 0
    assert deltas.grad.shape == (0, 4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"weight": -1}, "'weight' must be >= 0: -1", id="negative weight"),
        pytest.param({"weight": float("inf")}, "'weight' must be a finite number: inf", id="infinite weight"),
        pytest.param(
            {"kind": "giou", "beta": 0.5},
            r"'beta' \(0.5\) is of kind = 'smooth-l1' only; leave it out with 'giou'",
            id="beta of another loss",
        ),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        BoxLossConfig(**settings)
