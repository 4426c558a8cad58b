import shutil

import pytest
import torch
from torchvision.ops import nms

from det_plugin_parts import grouped_nms
from det_plugin_parts import nms as nms_module


def random_boxes(count: int, *, num_groups: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(count)
    corners = torch.rand(count, 2, generator=generator) * 100
    boxes = torch.cat([corners, corners + 5 + torch.rand(count, 2, generator=generator) * 40], dim=1)
    return boxes, torch.rand(count, generator=generator), torch.randint(num_groups, (count,), generator=generator)


def test_a_box_that_overlaps_a_better_one_of_its_group_is_dropped():
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 11.0, 10.0], [50.0, 0.0, 60.0, 10.0]])

    kept = grouped_nms(boxes, torch.tensor([0.5, 0.9, 0.7]), torch.zeros(3, dtype=torch.long), threshold=0.5)

    assert kept.tolist() == [1, 2]


def test_groups_do_not_suppress_each_other():
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0]] * 3)

    kept = grouped_nms(boxes, torch.tensor([0.5, 0.9, 0.7]), torch.tensor([0, 1, 2]), threshold=0.5)

    assert kept.tolist() == [1, 2, 0]


def test_negative_coordinates_do_not_bring_groups_together():
    boxes = torch.tensor([[-90.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 10.0], [-90.0, 0.0, 10.0, 10.0]])

    kept = grouped_nms(boxes, torch.tensor([0.9, 0.8, 0.7]), torch.tensor([0, 1, 1]), threshold=0.05)

    assert kept.tolist() == [0, 1]


@pytest.mark.parametrize("loop_above", [0, 10_000], ids=["group by group", "moved apart"])
def test_the_decisions_are_those_of_one_run_per_group(monkeypatch, loop_above):
    monkeypatch.setattr(nms_module, "LOOP_ABOVE", loop_above)
    boxes, scores, groups = random_boxes(400, num_groups=5)

    kept = grouped_nms(boxes, scores, groups, threshold=0.5)

    alone = [(groups == group).nonzero().squeeze(1) for group in range(5)]
    expected = torch.cat([rows[nms(boxes[rows], scores[rows], 0.5)] for rows in alone])
    assert sorted(kept.tolist()) == sorted(expected.tolist())
    assert scores[kept].diff().max() <= 0


def test_equal_scores_keep_the_order_of_their_boxes_whichever_way_is_faster(monkeypatch):
    boxes, _, groups = random_boxes(400, num_groups=5)
    scores = torch.full((400,), 0.5)

    at_once = grouped_nms(boxes, scores, groups, threshold=0.5)
    monkeypatch.setattr(nms_module, "LOOP_ABOVE", 0)
    in_turn = grouped_nms(boxes, scores, groups, threshold=0.5)

    assert at_once.tolist() == in_turn.tolist() == sorted(at_once.tolist())


def test_nothing_is_kept_of_nothing():
    kept = grouped_nms(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.long), threshold=0.5)

    assert kept.shape == (0,)


@pytest.mark.heavy
@pytest.mark.traced
@pytest.mark.filterwarnings("ignore:`create_unbacked_symint` is deprecated:FutureWarning")
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
@pytest.mark.parametrize("count", [0, 1, 30])
def test_what_is_kept_can_be_taken_in_a_compiled_graph(count):
    torch.compiler.reset()

    def best(boxes: torch.Tensor, scores: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
        return scores[grouped_nms(boxes, scores, groups, threshold=0.5)]

    with torch._dynamo.config.patch(capture_dynamic_output_shape_ops=True):
        found = torch.compile(best, fullgraph=True, dynamic=True)(*random_boxes(count, num_groups=2))

    assert found.tolist() == best(*random_boxes(count, num_groups=2)).tolist()
