"""What transforms do to pictures, they do to everything else: boxes, polygons, bitmaps, keypoints."""

import cv2
import numpy as np
import pytest

from det_plugin_augment import (
    BlendTransform,
    CropTransform,
    FlipTransform,
    IdentityTransform,
    PadTransform,
    ResizeTransform,
)
from detcore.data import apply
from detcore.interfaces import Sample
from detcore.structures import UNLABELLED, rle

HEIGHT, WIDTH = 40, 60
RECTANGLE = np.array([[12.0, 8.0], [36.0, 8.0], [36.0, 24.0], [12.0, 24.0]])
BEFORE = (HEIGHT, WIDTH)

GEOMETRIC = [
    pytest.param(ResizeTransform(before=BEFORE, after=(80, 150)), id="enlarge"),
    pytest.param(ResizeTransform(before=BEFORE, after=(20, 30)), id="shrink"),
    pytest.param(ResizeTransform(before=BEFORE, after=(80, 30)), id="stretch one way, shrink the other"),
    pytest.param(FlipTransform(height=HEIGHT, width=WIDTH, direction="horizontal"), id="mirror"),
    pytest.param(FlipTransform(height=HEIGHT, width=WIDTH, direction="vertical"), id="upside down"),
    pytest.param(CropTransform(top=4, left=10, height=30, width=40, before=BEFORE), id="crop around"),
    pytest.param(CropTransform(top=16, left=20, height=24, width=40, before=BEFORE), id="crop through"),
    pytest.param(PadTransform(top=3, left=5, before=BEFORE, after=(50, 74), value=100), id="pad"),
]
COLOUR = [
    pytest.param(BlendTransform(other=np.float32(0), weight=0.5), id="blend"),
    pytest.param(IdentityTransform(), id="identity"),
]


def drawn():
    """A white rectangle on black, and the same as box, polygon, bitmap and corner keypoints."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[8:24, 12:36] = 255
    keypoints = np.concatenate([RECTANGLE, np.full((4, 1), 2.0)], axis=1)
    return Sample(
        image=image,
        boxes=np.array([[12.0, 8.0, 36.0, 24.0]] * 2),
        classes=np.zeros(2, np.int64),
        is_crowd=np.zeros(2, np.bool_),
        masks=([RECTANGLE.copy()], image[:, :, 0] > 0),
        keypoints=np.stack([keypoints, keypoints]),
        label_maps={"sem_seg": (image[:, :, 0] > 0).astype(np.int32) * 7},
    )


def white_part(image):
    """The bounding box of what is bright."""
    rows, columns = np.nonzero(image[:, :, 0] > 127)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("transform", GEOMETRIC)
def test_everything_follows_the_picture(transform):
    moved = apply(transform, drawn())

    height, width = moved.image.shape[:2]
    seen = white_part(moved.image)
    bright = moved.image[:, :, 0] > 127
    polygon = rle.decode(rle.from_polygons(moved.masks[0], height, width))
    assert transform.output_size(HEIGHT, WIDTH) == (height, width)
    np.testing.assert_allclose(moved.boxes[0], seen, atol=0.51)
    np.testing.assert_array_equal(moved.masks[1], bright)
    np.testing.assert_array_equal(polygon, bright)
    was_there = transform.image(np.ones((HEIGHT, WIDTH, 3), np.uint8))[:, :, 0] == 1
    np.testing.assert_array_equal(moved.label_maps["sem_seg"], np.where(was_there, bright * 7, UNLABELLED))


@pytest.mark.parametrize("transform", GEOMETRIC)
def test_keypoints_stay_at_the_corners(transform):
    moved = apply(transform, drawn())

    labelled = moved.keypoints[0][moved.keypoints[0][:, 2] > 0][:, :2]
    box = moved.boxes[0].reshape(2, 2)
    assert len(labelled)
    for point in labelled:
        assert np.abs(box - point).min(axis=0).max() < 1e-9


@pytest.mark.parametrize("transform", GEOMETRIC)
def test_the_inverse_brings_points_and_size_back(transform):
    inverse = transform.inverse()

    np.testing.assert_allclose(inverse.points(transform.points(RECTANGLE)), RECTANGLE, atol=1e-9)
    assert inverse.output_size(*transform.output_size(HEIGHT, WIDTH)) == BEFORE


@pytest.mark.parametrize("transform", [*GEOMETRIC[:1], *GEOMETRIC[3:6]])
def test_the_inverse_brings_the_picture_back(transform):
    sample = drawn()

    there_and_back = transform.inverse().image(transform.image(sample.image))

    assert white_part(there_and_back) == white_part(sample.image)


@pytest.mark.parametrize("transform", COLOUR)
def test_colour_leaves_geometry_alone(transform):
    sample = drawn()

    moved = apply(transform, sample)

    np.testing.assert_array_equal(moved.boxes, sample.boxes)
    np.testing.assert_array_equal(moved.keypoints, sample.keypoints)
    np.testing.assert_array_equal(moved.masks[1], sample.masks[1])
    np.testing.assert_array_equal(transform.inverse().points(RECTANGLE), RECTANGLE)


@pytest.mark.parametrize("transform", [*GEOMETRIC, *COLOUR])
def test_nothing_is_changed_in_place(transform):
    sample, untouched = drawn(), drawn()
    sample.image.flags.writeable = False

    apply(transform, sample)

    np.testing.assert_array_equal(sample.image, untouched.image)
    np.testing.assert_array_equal(sample.boxes, untouched.boxes)
    np.testing.assert_array_equal(sample.masks[0][0], untouched.masks[0][0])
    np.testing.assert_array_equal(sample.keypoints, untouched.keypoints)


@pytest.mark.parametrize("transform", [*GEOMETRIC, *COLOUR])
def test_a_sample_without_objects_is_ordinary(transform):
    empty = Sample(
        image=np.zeros((HEIGHT, WIDTH, 3), np.uint8),
        boxes=np.zeros((0, 4)),
        classes=np.zeros(0, np.int64),
        is_crowd=np.zeros(0, np.bool_),
        masks=(),
        keypoints=np.zeros((0, 4, 3)),
    )

    moved = apply(transform, empty)

    assert moved.boxes.shape == (0, 4)
    assert moved.keypoints.shape == (0, 4, 3)


@pytest.mark.parametrize("after", [(150, 220), (30, 40), (150, 40)], ids=["enlarge", "shrink", "both"])
def test_smooth_pictures_resize_as_opencv_does(after):
    ramp = np.add.outer(np.arange(60), np.arange(80)).astype(np.uint8)
    image = np.repeat(ramp[:, :, None], 3, axis=2)

    resized = ResizeTransform(before=(60, 80), after=after).image(image)

    expected = cv2.resize(image, after[::-1], interpolation=cv2.INTER_LINEAR)
    assert resized.dtype == np.uint8
    assert np.abs(resized.astype(int) - expected.astype(int)).max() <= 2


def test_only_the_horizontal_flip_swaps_keypoints():
    assert FlipTransform(height=4, width=4, direction="horizontal").mirrors
    assert not FlipTransform(height=4, width=4, direction="vertical").mirrors
