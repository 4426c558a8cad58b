import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.nn import functional as F

from detcore.rehearsal import Hollow, LiveMemory


def test_weights_have_a_shape_and_no_values():
    with Hollow():
        layer = nn.Conv2d(3, 8, 3)

    assert isinstance(layer.weight, FakeTensor)
    assert (layer.weight.shape, layer.weight.device.type) == ((8, 3, 3, 3), "cpu")


def test_what_is_not_computed_from_weights_is_real():
    with Hollow():
        anchors = torch.arange(4) * 2

    assert anchors.tolist() == [0, 2, 4, 6]


def test_a_backward_pass_leaves_gradients_without_values():
    with Hollow():
        layer = nn.Linear(4, 2)
        layer(torch.ones(3, 4)).square().sum().backward()

    assert isinstance(layer.weight.grad, FakeTensor)
    assert layer.weight.grad.shape == (2, 4)


def test_a_choice_by_value_is_made_among_noise():
    with Hollow():
        scores = nn.Linear(4, 1)(torch.ones(1000, 4)).squeeze(1)
        chosen = (scores > 0).nonzero()

    assert 400 < len(chosen) < 600


def test_a_choice_and_its_opposite_agree():
    with Hollow():
        scores = nn.Linear(4, 1)(torch.ones(1000, 4)).squeeze(1)
        counts = len((scores > 0).nonzero()) + len((scores <= 0).nonzero())

    assert counts == 1000


def test_a_mask_chooses_as_many_rows_as_it_is_true():
    mask = torch.tensor([True, False, True])

    with Hollow() as hollow:
        features = hollow.hollow(torch.zeros(3, 5))
        chosen = features[mask]

    assert isinstance(chosen, FakeTensor)
    assert chosen.shape == (2, 5)


def test_boxes_suppress_each_other():
    ops = pytest.importorskip("torchvision.ops", reason="the operator is torchvision's, which core does not need")
    with Hollow():
        layer = nn.Linear(4, 1)
        boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 11], [50, 50, 60, 60]])
        kept = ops.nms(boxes, layer(torch.ones(3, 4)).squeeze(1), 0.5)

    assert len(kept) == 2


def test_a_real_tensor_filled_from_a_hollow_one_stays_real():
    with Hollow():
        filled = torch.zeros(2, 3)
        filled[0] = nn.Linear(4, 3)(torch.ones(1, 4)).detach()[0]

    assert not isinstance(filled, FakeTensor)
    assert filled[0].abs().sum() > 0
    assert filled[1].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda x: len(x.tolist()), id="as a list"),
        pytest.param(lambda x: x.numpy().size, id="by numpy"),
        pytest.param(lambda x: sum(1 for _ in range(4) if isinstance(x[0].item(), float)), id="one by one"),
    ],
)
def test_values_leave_torch_as_noise(read):
    with Hollow() as hollow:
        found = read(hollow.hollow(torch.zeros(4)))

    assert found == 4


def test_noise_is_the_same_in_every_rehearsal():
    def values():
        with Hollow() as hollow:
            return hollow.hollow(torch.zeros(5)).tolist()

    assert values() == values()


@pytest.mark.parametrize("training", [True, False])
def test_memory_is_that_of_the_real_thing(training):
    def work():
        model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 14 * 14, 4))
        with LiveMemory() as memory:
            scores = model.train(training)(torch.ones(5, 3, 16, 16))
            if training:
                F.cross_entropy(scores, torch.zeros(5, dtype=torch.long)).backward()
        return memory.peak

    with Hollow():
        rehearsed = work()

    assert rehearsed == work()
