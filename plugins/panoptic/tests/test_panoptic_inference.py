"""What semantic and panoptic FPN say of pictures."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim, export
from torch.testing import assert_close


@torch.no_grad()
def test_every_pixel_of_the_wanted_output_has_logits(model, picture):
    outputs = model.eval()([picture(64, 96), {**picture(33, 45), "height": 70, "width": 91}])

    assert [tuple(output["sem_seg"].shape) for output in outputs] == [(4, 64, 96), (4, 70, 91)]


@torch.no_grad()
def test_a_picture_is_seen_alike_alone_and_in_a_batch(model, picture):
    small, large = picture(64, 64), picture(64, 96)

    alone = model.eval()([large])[0]
    together = model([small, large])[1]

    assert_close(together["sem_seg"], alone["sem_seg"], rtol=1e-4, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("family", ["panoptic-fpn"], indirect=True)
def test_a_panoptic_map_says_what_each_of_its_segments_is(model, picture):
    (output,) = model.eval()([picture(64, 96)])

    labels, segments = output["panoptic_seg"]

    assert labels.dtype == torch.int32
    assert labels.shape == (64, 96)
    assert [segment["id"] for segment in segments] == list(range(1, len(segments) + 1))
    assert {each["id"] for each in segments} >= set(labels.unique().tolist()) - {0}
    for segment in segments:
        if segment["isthing"]:
            assert segment["score"] == output["instances"].scores[segment["instance_id"]]
        else:
            assert segment["category_id"] > 0
            assert segment["area"] == (labels == segment["id"]).sum()


@torch.no_grad()
@pytest.mark.parametrize("family", ["panoptic-fpn"], indirect=True)
def test_no_detection_leaves_stuff_alone(model, picture):
    model.roi_heads.box_predictor.selector.score_threshold = 1.0

    (output,) = model.eval()([picture(64, 64)])

    labels, segments = output["panoptic_seg"]
    assert len(output["instances"]) == 0
    assert not any(segment["isthing"] for segment in segments)
    wanted = output["sem_seg"].argmax(dim=0)
    assert np.array_equal(labels == 0, wanted == 0)


class Inference(nn.Module):
    """A model as the function that is exported."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        return tuple(x for x in self.model.infer(images, sizes) if x is not None)


@pytest.mark.slow
@pytest.mark.traced
@pytest.mark.filterwarnings("ignore:`create_unbacked_symint` is deprecated:FutureWarning")  # torchvision's nms
@torch.no_grad()
def test_one_exported_graph_serves_other_batches_and_sizes(model):
    batch, down, right = Dim("batch"), Dim("down"), Dim("right")
    # All sides beyond 64: a coarsest level of a single row would be another graph.
    example = (torch.randn(2, 3, 96, 128), torch.tensor([[90, 120], [96, 70]]))

    graph = export(
        Inference(model.eval()),
        example,
        dynamic_shapes=({0: batch, 2: 32 * down, 3: 32 * right}, {0: batch}),
        strict=False,
    ).module()

    for images, sizes in [
        (torch.randn(3, 3, 128, 160), [[128, 100], [70, 64], [96, 1]]),
        (torch.zeros(1, 3, 160, 96), [[150, 96]]),
    ]:
        expected = Inference(model)(images, torch.tensor(sizes))

        assert_close(graph(images, torch.tensor(sizes)), expected, rtol=1e-4, atol=1e-5)
