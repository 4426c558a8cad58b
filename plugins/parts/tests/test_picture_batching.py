"""Pictures of different sizes as one batch."""

import numpy as np
import pytest
import torch

from det_plugin_parts import PictureBatching, targets_of


def batching(**changes):
    settings = {"pixel_mean": (1.0, 2.0, 3.0), "pixel_std": (2.0, 2.0, 2.0), "size_divisibility": 0, "square_side": 0}
    return PictureBatching(**{**settings, **changes})


def pictures(*sizes):
    return [{"image": torch.full((3, height, width), 5.0), "height": 1, "width": 1} for height, width in sizes]


def test_pictures_are_normalised_before_zeros_are_added():
    pixels, sizes = batching()(pictures((2, 3), (4, 1)))

    assert pixels.shape == (2, 3, 4, 3)
    assert pixels[0, :, 0, 0].tolist() == [2.0, 1.5, 1.0]
    assert pixels[0, :, 2:].abs().sum() == 0
    assert pixels[1, :, :, 1:].abs().sum() == 0
    assert sizes.tolist() == [[2, 3], [4, 1]]


@pytest.mark.parametrize(("divisibility", "expected"), [(0, (5, 9)), (1, (5, 9)), (4, (8, 12)), (32, (32, 32))])
def test_sides_are_rounded_up_to_the_divisibility(divisibility, expected):
    pixels, _ = batching(size_divisibility=divisibility)(pictures((5, 2), (3, 9)))

    assert pixels.shape[-2:] == expected


def test_a_batch_can_be_a_square_of_fixed_side_whatever_it_holds():
    pixels, sizes = batching(square_side=16)(pictures((5, 16)))

    assert pixels.shape[-2:] == (16, 16)
    assert sizes.tolist() == [[5, 16]]


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        pytest.param(
            torch.zeros(8, 9, 3),
            ValueError,
            r"^input 1: 'image' must be a tensor of 3×H×W, not 8×9×3; of H×W×3, image\.permute\(2, 0, 1\) makes one$",
            id="channels last",
        ),
        pytest.param(torch.zeros(8, 9), ValueError, r"not 8×9; ", id="grey"),
        pytest.param(torch.zeros(()), ValueError, r"not a single number; ", id="number"),
        pytest.param(
            np.zeros((8, 9, 3)),
            TypeError,
            r"^input 1: 'image' must be a tensor of 3×H×W, not ndarray; of an H×W×3 array, torch\.from_numpy",
            id="array",
        ),
    ],
)
def test_a_picture_of_another_layout_is_refused(image, error, message):
    with pytest.raises(error, match=message):
        batching()([*pictures((8, 9)), {"image": image}])


def test_a_picture_larger_than_the_square_is_refused():
    with pytest.raises(
        ValueError,
        match=r"^this model takes pictures of up to 16×16 pixels, found 5×17 \(height × width\);"
        r" resize them, for example to a longest side of 16$",
    ):
        batching(square_side=16)(pictures((5, 17)))


def test_mean_and_deviation_are_no_weights():
    assert batching().state_dict() == {}


def test_training_without_ground_truth_names_the_picture():
    with pytest.raises(ValueError, match=r"^training needs ground truth: input 0 has no 'instances'$"):
        targets_of(pictures((2, 2)), torch.device("cpu"))
