"""What ``infer`` does can be exported once for every batch and picture size."""

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


class Inference(nn.Module):
    """A model as the function that is exported."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        return self.model.infer(images, sizes)


@torch.no_grad()
def test_one_exported_graph_serves_other_batches_and_sizes_and_pictures_without_detections(tiny_model):
    model = tiny_model.eval()
    batch, down, right = Dim("batch"), Dim("down"), Dim("right")
    example = (torch.randn(2, 3, 64, 96), torch.tensor([[60, 90], [64, 70]]))
    shapes = ({0: batch, 2: 8 * down, 3: 8 * right}, {0: batch})

    graph = export(Inference(model), example, dynamic_shapes=shapes, strict=False).module()

    for images, sizes, count in [
        (torch.randn(2, 3, 64, 96), [[60, 90], [64, 70]], 20),
        (torch.randn(3, 3, 96, 64), [[90, 60], [70, 64], [96, 1]], 30),
        (torch.randn(1, 3, 128, 136), [[125, 133]], 10),
        (torch.randn(1, 3, 128, 136), [[0, 0]], 0),  # nothing to clip a box to: no proposal, no detection
    ]:
        expected = model.infer(images, torch.tensor(sizes))
        found = graph(images, torch.tensor(sizes))

        assert len(expected.scores) == count
        assert_close(tuple(found[:5]), tuple(expected[:5]))
