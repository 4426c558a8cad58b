import pytest
import torch

from detcore.structures import Boxes, pairwise_ioa, pairwise_iou


def test_clipping_empties_a_box_outside_the_picture():
    boxes = Boxes([[-5, -5, 5, 5], [20, 20, 30, 30]]).clip((10, 8))

    assert boxes.tensor.tolist() == [[0, 0, 5, 5], [8, 10, 8, 10]]
    assert boxes.nonempty().tolist() == [True, False]


def test_nonempty_wants_both_sides_longer_than_the_threshold():
    assert Boxes([[0, 0, 3, 2], [0, 0, 3, 3]]).nonempty(threshold=2).tolist() == [False, True]


def test_scaling_moves_x_and_y_by_their_own_factors():
    assert Boxes([[1, 2, 3, 4]]).scale(2, 10).tensor.tolist() == [[2, 20, 6, 40]]


def test_one_position_selects_one_row():
    boxes = Boxes([[0, 0, 1, 1], [0, 0, 2, 2]])

    assert boxes[-1].area().tolist() == [4.0]


def test_a_position_that_does_not_exist_is_an_index_error():
    with pytest.raises(IndexError, match="position 2 of 2 objects"):
        Boxes([[0, 0, 1, 1], [0, 0, 2, 2]])[2]


def test_no_boxes_are_ordinary():
    none = Boxes(torch.empty(0))

    assert len(none) == 0
    assert none.clip((4, 4)).area().tolist() == []
    assert len(Boxes.cat([])) == 0
    assert pairwise_iou(none.tensor, Boxes([[0, 0, 1, 1]]).tensor).shape == (0, 1)


def test_boxes_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="boxes must be n×4, not 2×3"):
        Boxes(torch.zeros(2, 3))


def test_overlap_of_half_shifted_boxes_is_a_third():
    iou = pairwise_iou(torch.tensor([[0.0, 0, 2, 1]]), torch.tensor([[1.0, 0, 3, 1], [5.0, 5, 6, 6]]))

    assert iou.tolist() == [[pytest.approx(1 / 3), 0.0]]


def test_overlap_with_an_empty_box_is_zero_not_nan():
    empty = torch.tensor([[1.0, 1, 1, 1]])

    assert pairwise_iou(empty, empty).tolist() == [[0.0]]
    assert pairwise_ioa(empty, empty).tolist() == [[0.0]]


def test_share_of_area_is_that_of_the_second():
    big, small = torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([[8.0, 0, 12, 10]])

    assert pairwise_ioa(big, small).tolist() == [[0.5]]


def test_joining_lays_boxes_end_to_end():
    joined = Boxes.cat([Boxes([[0, 0, 1, 1]]), Boxes([]), Boxes([[0, 0, 2, 2]])])

    assert joined.area().tolist() == [1.0, 4.0]
