"""Every augmentation there is, whatever it decides, carries keypoints and label maps along with the picture."""

from importlib.metadata import entry_points

import numpy as np
import pytest

from detcore.data import apply
from detcore.interfaces import Sample
from detcore.structures import UNLABELLED

SETTINGS = {
    "pad": {"size": (50, 70), "value": 20},  # as dark as the ground
    "random-brightness": {},
    "random-contrast": {},
    "random-crop": {"size": (0.5, 0.5)},
    "random-flip": {},
    "random-saturation": {},
    "resize-scale": {"target": (80, 120), "min_scale": 0.5, "max_scale": 0.5},  # whole pixels, as below
    "resize-shortest-edge": {"sizes": (20, 40, 70)},  # at which the rectangle's borders are whole pixels
}
"""Of each augmentation, what must be given."""

VARIANTS = [
    *((name, settings) for name, settings in SETTINGS.items()),
    ("random-crop", {"size": (20, 30), "mode": "absolute", "around_object": True}),
    ("random-flip", {"direction": "vertical"}),
]

HEIGHT, WIDTH, LABEL = 40, 60, 7
LEFT, TOP, RIGHT, BOTTOM = 12, 8, 36, 24
FLIP = (1, 0, 3, 2)
"""Left and right corners change places in a mirror."""


def installed():
    found = entry_points(group="detcore.augmentations")
    return {each.name: each for each in found if each.dist is not None and each.dist.name == "det-plugin-augment"}


def augmented(name, settings, seed):
    augmentation = installed()[name].load()(**settings).build()
    sample = scene()
    return apply(augmentation(sample, np.random.default_rng(seed)), sample, keypoint_flip=FLIP)


def scene():
    """A bright rectangle on a dark ground, its label map, and its corners as keypoints, the left one of two first."""
    image = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    image[TOP:BOTTOM, LEFT:RIGHT] = 200
    corners = [[LEFT, TOP, 2], [RIGHT, TOP, 1], [LEFT, BOTTOM, 2], [RIGHT, BOTTOM, 1]]
    labels = np.zeros((HEIGHT, WIDTH), np.int32)
    labels[TOP:BOTTOM, LEFT:RIGHT] = LABEL
    return Sample(
        image=image,
        boxes=np.array([[LEFT, TOP, RIGHT, BOTTOM]], dtype=np.float64),
        classes=np.zeros(1, np.int64),
        is_crowd=np.zeros(1, np.bool_),
        keypoints=np.array([corners], dtype=np.float64),
        label_maps={"sem_seg": labels},
    )


def test_no_augmentation_is_forgotten_here():
    assert SETTINGS.keys() == installed().keys()


@pytest.mark.parametrize(("name", "settings"), VARIANTS)
@pytest.mark.parametrize("seed", range(6))
def test_a_label_map_stays_under_its_picture_and_blends_nothing(name, settings, seed):
    sample = augmented(name, settings, seed)

    labels = sample.label_maps["sem_seg"]
    assert labels.shape == sample.image.shape[:2]
    assert labels.dtype == np.int32
    assert set(np.unique(labels)) <= {0, LABEL, UNLABELLED}
    bright = sample.image[:, :, 0] > (20 + 200) / 2
    np.testing.assert_array_equal(bright, labels == LABEL)


@pytest.mark.parametrize(("name", "settings"), VARIANTS)
@pytest.mark.parametrize("seed", range(6))
def test_a_left_corner_is_left_and_a_corner_that_was_cut_off_is_unlabelled(name, settings, seed):
    sample = augmented(name, settings, seed)

    [points], [[left, top, right, bottom]] = sample.keypoints, sample.boxes
    height, width = sample.image.shape[:2]
    seen = points[:, 2] > 0
    is_inside = ((points[:, :2] >= 0) & (points[:, :2] <= [width, height])).all(axis=1)
    np.testing.assert_array_equal(seen, is_inside)
    # The corners of the box say which is which, upside down or not.
    lefts, rights = points[[0, 2]][seen[[0, 2]]], points[[1, 3]][seen[[1, 3]]]
    np.testing.assert_allclose(lefts[:, 0], left, atol=1e-9)
    np.testing.assert_allclose(rights[:, 0], right, atol=1e-9)
    assert set(points[seen, 1]) <= {top, bottom}
    assert set(points[seen, 2]) <= {1.0, 2.0}


def test_visibility_goes_with_the_keypoint_through_a_mirror():
    """The hidden right corners are left corners in the mirror: hidden ones."""
    sample = augmented("random-flip", {"probability": 1.0}, 0)

    [points] = sample.keypoints
    np.testing.assert_array_equal(points[:, 2], [1, 2, 1, 2])
    np.testing.assert_array_equal(points[:, 0], [WIDTH - RIGHT, WIDTH - LEFT, WIDTH - RIGHT, WIDTH - LEFT])
