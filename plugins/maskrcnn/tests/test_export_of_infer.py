"""``infer`` is exported and compiled once for every batch and picture size, in every family of models."""

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim, export
from torch.testing import assert_close

pytestmark = [
    pytest.mark.slow,
    pytest.mark.traced,
    pytest.mark.filterwarnings("ignore:`create_unbacked_symint` is deprecated:FutureWarning"),  # torchvision's nms
]

PICTURES = ({0: Dim("batch"), 2: 8 * Dim("down"), 3: 8 * Dim("right")}, {0: Dim("batch")})
PROPOSALS = ({0: Dim("proposals")}, {0: Dim("proposals")})


class Inference(nn.Module):
    """A model as the function that is exported."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, *batch: Tensor) -> tuple[Tensor, ...]:
        return self.model.infer(*batch)


def same(found: tuple[Tensor | None, ...], expected: tuple[Tensor | None, ...]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if other is not None:
            assert_close(one, other)


BATCHES = [
    (torch.randn(2, 3, 64, 96), [[60, 90], [64, 70]]),
    (torch.randn(3, 3, 96, 64), [[90, 60], [70, 64], [96, 1]]),
    (torch.randn(1, 3, 128, 136), [[125, 133]]),
]
NOTHING = (torch.randn(1, 3, 128, 136), torch.tensor([[0, 0]]))
"""Nothing to clip a box to: no proposal, no detection."""


FAMILIES = ["standard", "cascade", "res5", "keypoint", "point-rend", "proposal-network"]


@torch.no_grad()
@pytest.mark.parametrize("family", FAMILIES)
def test_one_graph_serves_other_batches_and_sizes_and_pictures_without_detections(family_config, family):
    torch.manual_seed(0)
    model = family_config(family).build().eval()
    example = (torch.randn(2, 3, 64, 96), torch.tensor([[60, 90], [64, 70]]))

    graph = export(Inference(model), example, dynamic_shapes=(PICTURES,), strict=False).module()

    for images, sizes in BATCHES:
        expected = model.infer(images, torch.tensor(sizes))
        assert set(expected.image_index.tolist()) == set(range(len(sizes)))
        same(graph(images, torch.tensor(sizes)), expected)
    same(graph(*NOTHING), model.infer(*NOTHING))
    assert len(model.infer(*NOTHING).boxes) == 0


@pytest.mark.heavy  # half a minute each
@torch.no_grad()
@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_compiles_whole_for_any_batch_and_size(family_config, family):
    torch.manual_seed(0)
    torch.compiler.reset()
    model = family_config(family).build().eval()

    with torch._dynamo.config.patch(capture_dynamic_output_shape_ops=True):
        compiled = torch.compile(model.infer, backend="aot_eager", fullgraph=True, dynamic=True)

        for images, sizes in BATCHES:
            same(compiled(images, torch.tensor(sizes)), model.infer(images, torch.tensor(sizes)))
        same(compiled(*NOTHING), model.infer(*NOTHING))


@torch.no_grad()
def test_one_graph_serves_any_number_of_given_proposals(family_config):
    torch.manual_seed(0)
    model = family_config("fast-rcnn").build().eval()
    boxes = torch.tensor([[4.0, 4.0, 40.0, 30.0], [0.0, 0.0, 60.0, 50.0], [8.0, 1.0, 20.0, 60.0]])
    example = (torch.randn(2, 3, 64, 96), torch.tensor([[60, 90], [64, 70]]), boxes, torch.tensor([0, 0, 1]))

    graph = export(Inference(model), example, dynamic_shapes=((*PICTURES, *PROPOSALS),), strict=False).module()

    for image_index in ([0, 0, 1], [1, 1], []):
        own = boxes[: len(image_index)]
        batch = (torch.randn(2, 3, 72, 64), torch.tensor([[60, 60], [70, 64]]), own, torch.tensor(image_index).long())
        expected = model.infer(*batch)
        assert len(expected.scores) == 3 * len(image_index)
        same(graph(*batch), expected)
