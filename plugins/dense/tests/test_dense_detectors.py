"""RetinaNet and FCOS as whole models."""

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim, export
from torch.testing import assert_close

from det_plugin_parts import BoxLossConfig

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
    ],
)
def test_a_training_step_reaches_every_weight(model, picture, boxes):
    inputs = [picture(64, 70 + 7 * index, own) for index, own in enumerate(boxes)]

    losses = model.train().losses(inputs)
    total(losses).backward()

    assert all(loss.isfinite() for loss in losses.values())
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


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


@pytest.mark.filterwarnings("ignore:.*autocast:UserWarning")
def test_losses_in_bfloat16_are_those_of_float32(model, picture):
    inputs = [picture(64, 64, [BOX]), picture(96, 64, [BOX])]
    state = model.training_state()["normaliser"].clone()
    expected = model.train().losses(inputs)
    model.load_training_state({"normaliser": state})

    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = model.losses(inputs)
    total(losses).backward()

    for name, loss in losses.items():
        assert_close(loss.item(), expected[name].item(), rtol=0.02, atol=0)
    assert all(p.grad.isfinite().all() for p in model.parameters())


class Inference(nn.Module):
    """A model as the function that is exported."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        return self.model.infer(images, sizes)


@pytest.mark.slow
@pytest.mark.traced
@pytest.mark.filterwarnings("ignore:`create_unbacked_symint` is deprecated:FutureWarning")  # torchvision's nms
@torch.no_grad()
def test_one_exported_graph_serves_other_batches_and_sizes_and_pictures_without_detections(model):
    model.eval().selector.score_threshold = 0.011
    batch, down, right = Dim("batch"), Dim("down"), Dim("right")
    # All sides beyond 64: a coarsest level of a single row would be another graph.
    example = (torch.randn(2, 3, 80, 96), torch.tensor([[60, 90], [64, 70]]))

    graph = export(
        Inference(model), example, dynamic_shapes=({0: batch, 2: 16 * down, 3: 16 * right}, {0: batch}), strict=False
    ).module()

    for images, sizes in [
        (torch.randn(2, 3, 80, 96), [[60, 90], [64, 70]]),
        (torch.randn(3, 3, 96, 112), [[90, 60], [70, 64], [96, 1]]),
        (torch.zeros(1, 3, 128, 144), [[125, 133]]),
    ]:
        expected = model.infer(images, torch.tensor(sizes))
        found = graph(images, torch.tensor(sizes))

        assert_close(tuple(found[:4]), tuple(expected[:4]))
