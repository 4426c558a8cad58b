"""What random augmentations decide."""

import numpy as np
import pytest

from det_plugin_augment import (
    PadConfig,
    RandomBrightnessConfig,
    RandomContrastConfig,
    RandomCropConfig,
    RandomFlipConfig,
    RandomSaturationConfig,
    ResizeScaleConfig,
    ResizeShortestEdgeConfig,
)
from det_plugin_augment.resize import shortest_edge_size
from det_plugin_augment.resize_scale import fitted_size
from detcore.data import apply
from detcore.interfaces import Sample

ALL = [
    pytest.param(ResizeShortestEdgeConfig(sizes=(20, 30, 40)), id="resize to a choice"),
    pytest.param(ResizeShortestEdgeConfig(sizes=(20, 90), sample="range", max_size=100), id="resize to a range"),
    pytest.param(ResizeScaleConfig(target=(64, 64)), id="resize to a scale"),
    pytest.param(RandomFlipConfig(), id="flip"),
    pytest.param(RandomCropConfig(size=(0.3, 0.3)), id="crop"),
    pytest.param(RandomCropConfig(size=(10, 50), mode="absolute-range", around_object=True), id="crop around"),
    pytest.param(RandomBrightnessConfig(), id="brightness"),
    pytest.param(RandomContrastConfig(), id="contrast"),
    pytest.param(RandomSaturationConfig(), id="saturation"),
]


def sample(height=40, width=60, boxes=()):
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    count = len(boxes)
    return Sample(
        image=image,
        boxes=np.array(boxes, dtype=np.float64).reshape(count, 4),
        classes=np.zeros(count, np.int64),
        is_crowd=np.zeros(count, np.bool_),
    )


def decided(config, given, seed=0):
    return apply(config.build()(given, np.random.default_rng(seed)), given)


@pytest.mark.parametrize("config", ALL)
def test_the_generator_decides_everything(config):
    given = sample(boxes=[[5, 5, 20, 20]])

    results = [decided(config, given, seed).image for seed in (1, 1, 2, 3, 4, 5, 6)]

    np.testing.assert_array_equal(results[0], results[1])
    assert len({(result.shape, result.tobytes()) for result in results}) > 1


@pytest.mark.parametrize("config", ALL)
def test_pictures_without_objects_are_augmented_too(config):
    result = decided(config, sample())

    assert result.image.dtype == np.uint8
    assert result.image.ndim == 3


@pytest.mark.parametrize(
    ("size", "edge", "max_size", "expected"),
    [
        pytest.param((480, 640), 800, 1333, (800, 1067), id="wide"),
        pytest.param((640, 480), 800, 1333, (1067, 800), id="tall"),
        pytest.param((400, 400), 800, 1333, (800, 800), id="square"),
        pytest.param((100, 1000), 800, 1333, (133, 1333), id="limited by the longer side"),
        pytest.param((100, 1000), 800, None, (800, 8000), id="without a limit"),
        pytest.param((1, 5000), 800, 1333, (1, 1333), id="a sliver"),
    ],
)
def test_the_shorter_side_gets_the_wanted_length(size, edge, max_size, expected):
    assert shortest_edge_size(*size, edge=edge, max_size=max_size) == expected


def test_every_length_of_a_choice_and_a_range_comes_up():
    choice = ResizeShortestEdgeConfig(sizes=(20, 30))
    either = ResizeShortestEdgeConfig(sizes=(20, 23), sample="range")

    assert {decided(choice, sample(), seed).image.shape[0] for seed in range(20)} == {20, 30}
    assert {decided(either, sample(), seed).image.shape[0] for seed in range(60)} == {20, 21, 22, 23}


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [
        pytest.param((480, 640), 1.0, (768, 1024), id="wide"),
        pytest.param((640, 480), 0.5, (512, 384), id="tall"),
        pytest.param((427, 640), 0.1, (68, 102), id="rounded"),
        pytest.param((100, 100), 2.0, (2048, 2048), id="square"),
        pytest.param((1, 5000), 0.1, (1, 102), id="a sliver"),
    ],
)
def test_a_picture_fits_into_the_scaled_target(size, scale, expected):
    assert fitted_size(*size, target=(1024, 1024), scale=scale) == expected


def test_scales_are_drawn_from_the_smallest_to_the_largest():
    config = ResizeScaleConfig(target=(100, 100), min_scale=0.2, max_scale=1.5)

    widths = [decided(config, sample(), seed).image.shape[1] for seed in range(200)]

    assert 20 <= min(widths) < 25
    assert 145 < max(widths) <= 150


def test_padding_keeps_the_picture_in_its_corner_and_longer_sides_as_they_are():
    given = sample(40, 60, boxes=[[5, 5, 20, 20]])

    padded = decided(PadConfig(size=(50, 50), value=7), given)

    assert padded.image.shape == (50, 60, 3)
    np.testing.assert_array_equal(padded.image[:40], given.image)
    assert (padded.image[40:] == 7).all()
    np.testing.assert_array_equal(padded.boxes, given.boxes)


@pytest.mark.parametrize(("probability", "flipped"), [(0.0, 0), (1.0, 50)])
def test_a_probability_of_0_never_flips_and_of_1_always(probability, flipped):
    given = sample()
    config = RandomFlipConfig(probability=probability)

    results = [decided(config, given, seed).image for seed in range(50)]

    assert sum(not np.array_equal(result, given.image) for result in results) == flipped


def test_a_half_flips_about_half():
    given = sample()

    flips = sum(not np.array_equal(decided(RandomFlipConfig(), given, seed).image, given.image) for seed in range(200))

    assert 70 < flips < 130


@pytest.mark.parametrize(
    ("config", "heights", "widths"),
    [
        pytest.param(RandomCropConfig(size=(0.5, 0.25), mode="relative"), {20}, {15}, id="relative"),
        pytest.param(RandomCropConfig(size=(30, 100), mode="absolute"), {30}, {60}, id="absolute"),
        pytest.param(
            RandomCropConfig(size=(38, 41), mode="absolute-range"), {38, 39, 40}, {38, 39, 40, 41}, id="absolute-range"
        ),
        pytest.param(RandomCropConfig(size=(0.95, 1.0)), {38, 39, 40}, {60}, id="relative-range"),
    ],
)
def test_windows_have_the_wanted_size(config, heights, widths):
    shapes = [decided(config, sample(), seed).image.shape for seed in range(60)]

    assert {height for height, *_ in shapes} == heights
    assert {width for _, width, _ in shapes} == widths


def test_windows_lie_anywhere_in_the_picture():
    given = sample(4, 6)
    config = RandomCropConfig(size=(2, 3), mode="absolute")
    corners = {decided(config, given, seed).image[0, 0].tobytes() for seed in range(200)}

    assert corners == {given.image[y, x].tobytes() for y in range(3) for x in range(4)}


def test_a_window_around_an_object_holds_its_centre():
    given = sample(100, 100, boxes=[[90, 2, 94, 6], [10, 70, 30, 90]])
    config = RandomCropConfig(size=(20, 20), mode="absolute", around_object=True)

    for seed in range(50):
        boxes = decided(config, given, seed).boxes
        assert (boxes[:, 2:] - boxes[:, :2]).prod(axis=1).max() > 0


def test_crowds_do_not_attract_the_window():
    crowd = Sample(
        image=np.zeros((100, 100, 3), np.uint8),
        boxes=np.array([[0.0, 0.0, 4.0, 4.0]]),
        classes=np.zeros(1, np.int64),
        is_crowd=np.ones(1, np.bool_),
    )
    config = RandomCropConfig(size=(10, 10), mode="absolute", around_object=True)

    boxes = np.concatenate([decided(config, crowd, seed).boxes for seed in range(30)])

    assert (boxes[:, 2:] == boxes[:, :2]).any(axis=1).mean() > 0.8


def fixed(config_class, value):
    return config_class(minimum=value, maximum=value)


def test_brightness_scales_and_saturates():
    given = sample()

    image = decided(fixed(RandomBrightnessConfig, 1.5), given).image

    np.testing.assert_array_equal(image, np.rint(given.image * 1.5).clip(0, 255))


def test_no_contrast_is_even_grey():
    given = sample()

    image = decided(fixed(RandomContrastConfig, 0.0), given).image

    assert np.unique(image).tolist() == [round(given.image.mean())]


def test_no_saturation_is_black_and_white():
    given = sample()

    image = decided(fixed(RandomSaturationConfig, 0.0), given).image

    expected = np.rint(given.image @ np.array([0.299, 0.587, 0.114]))
    assert np.abs(image.astype(int) - expected[:, :, None]).max() <= 1
    assert (image == image[:, :, :1]).all()


@pytest.mark.parametrize("config_class", [RandomBrightnessConfig, RandomContrastConfig, RandomSaturationConfig])
def test_a_factor_of_1_changes_nothing(config_class):
    given = sample()

    np.testing.assert_array_equal(decided(fixed(config_class, 1.0), given).image, given.image)
