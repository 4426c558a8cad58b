import numpy as np
import pytest
import torch
from torch.nn.functional import pad

from detcore.structures import BitMasks, Keypoints, PolygonMasks, ROIMasks, rle

SQUARE = np.array([[2.0, 2], [6, 2], [6, 6], [2, 6]])


def test_run_lengths_crops_and_dense_bitmaps_agree():
    probs = torch.rand(4, 14, 14, generator=torch.Generator().manual_seed(1))
    boxes = torch.tensor([[0.0, 0, 20, 10], [-5, -5, 8, 40], [12.3, 4.5, 13, 5], [3, 3, 17.5, 9.25]])
    masks = ROIMasks(probs, boxes)

    dense = masks.dense(10, 20).numpy()

    for index, encoded in enumerate(masks.to_rle(10, 20)):
        left, top, crop = masks.crop(index, 10, 20)
        assert encoded == rle.encode(dense[index])
        assert np.array_equal(dense[index, top : top + crop.shape[0], left : left + crop.shape[1]], crop)
        assert crop.sum() == dense[index].sum()


@pytest.mark.parametrize(
    "box",
    [
        pytest.param([50.0, 50, 60, 60], id="beyond the lower right"),
        pytest.param([-20.0, -20, -10, -10], id="beyond the upper left"),
        pytest.param([4.0, 4, 4, 4], id="a point"),
        pytest.param([4.0, 2, 4, 8], id="a line"),
        pytest.param([6.0, 6, 2, 2], id="inside out"),
    ],
)
def test_a_box_without_pixels_in_the_picture_gives_an_empty_mask(box):
    masks = ROIMasks(torch.ones(1, 28, 28), torch.tensor([box]))

    assert [rle.area(each) for each in masks.to_rle(10, 12)] == [0]
    assert masks.dense(10, 12).sum() == 0
    assert masks.crop(0, 10, 12)[2].size == 0


def test_a_mask_over_the_whole_picture_is_one_run():
    masks = ROIMasks(torch.ones(1, 28, 28), torch.tensor([[0.0, 0, 12, 10]]))

    assert masks.to_rle(10, 12) == [rle.encode(np.ones((10, 12)))]


def test_no_masks_are_ordinary():
    none = ROIMasks(torch.zeros(0, 28, 28), torch.zeros(0, 4))

    assert none.to_rle(10, 12) == []
    assert none.dense(10, 12).shape == (0, 10, 12)


def test_a_mask_that_is_zero_everywhere_is_empty():
    masks = ROIMasks(torch.zeros(1, 28, 28), torch.tensor([[0.0, 0, 12, 10]]))

    assert rle.area(masks.to_rle(10, 12)[0]) == 0


def test_a_threshold_of_zero_is_refused():
    with pytest.raises(ValueError, match="the threshold must be above 0"):
        ROIMasks(torch.zeros(1, 2, 2), torch.zeros(1, 4)).to_rle(4, 4, threshold=0)


def test_masks_and_boxes_come_in_pairs():
    with pytest.raises(ValueError, match="2 masks, but 1 boxes"):
        ROIMasks(torch.zeros(2, 28, 28), torch.zeros(1, 4))


@pytest.mark.parametrize(
    "masks",
    [
        pytest.param(PolygonMasks([[SQUARE]]), id="polygons"),
        pytest.param(BitMasks(pad(torch.ones(1, 4, 4), (2, 2, 2, 2))), id="bitmaps"),
    ],
)
def test_the_box_decides_what_of_an_object_is_seen(masks):
    seen = torch.cat([masks.crop_and_resize(torch.tensor([box]), 4) for box in ([2.0, 2, 6, 6], [4.0, 2, 8, 6])])

    assert seen[0].all()
    assert seen[1].tolist() == [[True, True, False, False]] * 4


def test_bitmaps_and_polygons_have_boxes_and_areas():
    polygons = PolygonMasks([[SQUARE], []])
    bitmaps = torch.zeros(2, 8, 8, dtype=torch.bool)
    bitmaps[0, 2:6, 2:6] = True

    for masks in (polygons, BitMasks(bitmaps)):
        assert masks.boxes().tensor.tolist() == [[2, 2, 6, 6], [0, 0, 0, 0]]
        assert masks.area().tolist() == [16, 0]


@pytest.mark.parametrize(
    "box",
    [
        pytest.param([3.0, 3, 3, 3], id="a point"),
        pytest.param([20.0, 20, 30, 30], id="outside"),
        pytest.param([-9.0, -9, -4, -4], id="outside, upper left"),
    ],
)
def test_boxes_that_see_nothing_give_targets_without_pixels(box):
    full = BitMasks(torch.ones(1, 8, 8, dtype=torch.bool))

    assert full.crop_and_resize(torch.tensor([box]), 14).sum() == 0


def test_a_thin_box_does_not_divide_by_zero():
    seen = PolygonMasks([[SQUARE]]).crop_and_resize(torch.tensor([[4.0, 4, 4, 4]]), 7)

    assert seen.shape == (1, 7, 7)


def test_targets_of_no_objects_are_no_targets():
    none = torch.zeros(0, 4)

    assert PolygonMasks([]).crop_and_resize(none, 28).shape == (0, 28, 28)
    assert BitMasks(torch.zeros(0, 8, 8)).crop_and_resize(none, 28).shape == (0, 28, 28)
    assert BitMasks(torch.zeros(0, 8, 8)).boxes().tensor.shape == (0, 4)
    assert PolygonMasks([]).boxes().tensor.shape == (0, 4)


def test_polygons_are_selected_by_mask_and_by_positions():
    masks = PolygonMasks([[SQUARE], [SQUARE + 1], [SQUARE + 2]])

    assert [each[0].min() for each in masks[torch.tensor([2, 0])].polygons] == [4, 2]
    assert len(masks[torch.tensor([True, False, True])]) == 2


def test_keypoints_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="keypoints must be n×K×3, not 2×3"):
        Keypoints(torch.zeros(2, 3))


def test_bitmaps_are_sampled_between_pixels():
    bitmap = torch.zeros(2, 4, 6, dtype=torch.bool)
    bitmap[0, :, :3] = True

    found = BitMasks(bitmap).sample(torch.tensor([[[1.5, 1.5], [3.0, 2.0], [4.5, 2.5], [0.0, 2.0]]]).expand(2, -1, -1))

    assert found.tolist() == [[1.0, 0.5, 0.0, 0.5], [0.0] * 4]


RING = [np.array([[0.0, 0], [6, 0], [6, 6], [0, 6], [0, 0], [2, 2], [2, 4], [4, 4], [4, 2], [2, 2]])]
POINTS = [[1.0, 1.0], [3.0, 3.0], [7.0, 3.0], [-1.0, 3.0], [5.5, 5.5]]


@pytest.mark.parametrize(
    ("polygons", "inside"),
    [
        pytest.param([SQUARE], [0, 1, 0, 0, 1], id="a square from 2 to 6"),
        pytest.param([SQUARE, SQUARE[::-1] - 2], [1, 1, 0, 0, 1], id="two that overlap"),
        pytest.param(RING, [1, 0, 0, 0, 1], id="one with a hole"),
        pytest.param([], [0, 0, 0, 0, 0], id="no polygon"),
    ],
)
def test_a_point_is_in_an_object_if_it_is_inside_any_of_its_polygons(polygons, inside):
    found = PolygonMasks([polygons]).sample(torch.tensor([POINTS]))

    assert found.tolist() == [inside]


def test_objects_are_sampled_at_their_own_points():
    masks = PolygonMasks([[SQUARE], [SQUARE + 10]])

    assert masks.sample(torch.tensor([[[3.0, 3.0]], [[3.0, 3.0]]])).tolist() == [[1], [0]]
    assert masks[:0].sample(torch.zeros(0, 5, 2)).shape == (0, 5)
    assert BitMasks(torch.zeros(0, 4, 4)).sample(torch.zeros(0, 5, 2)).shape == (0, 5)


def test_bitmaps_without_pixels_are_nowhere():
    assert BitMasks(torch.zeros(1, 0, 4)).sample(torch.zeros(1, 2, 2)).tolist() == [[0, 0]]
