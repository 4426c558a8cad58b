"""Settings of augmentations: what they refuse, and that they weigh nothing."""

import subprocess
import sys

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

REFUSED = [
    pytest.param(RandomFlipConfig, {"probability": 1.5}, "'probability' must be <= 1: 1.5", id="probability"),
    pytest.param(RandomFlipConfig, {"direction": "left"}, "'direction' must be in", id="direction"),
    pytest.param(ResizeShortestEdgeConfig, {"sizes": ()}, "'sizes' must list at least one", id="no size"),
    pytest.param(ResizeShortestEdgeConfig, {"sizes": (0,)}, "'sizes' must be >= 1: 0", id="size of 0"),
    pytest.param(ResizeShortestEdgeConfig, {"max_size": 0}, "'max_size' must be >= 1: 0", id="max_size"),
    pytest.param(
        ResizeShortestEdgeConfig,
        {"sizes": (800, 640), "sample": "range"},
        r"with sample = 'range', 'sizes' must be a smallest and a largest, not \[800, 640\]",
        id="range of sizes",
    ),
    pytest.param(
        ResizeShortestEdgeConfig,
        {"sizes": (640, 800), "max_size": 600},
        r"'max_size' \(600\) is below the smallest of 'sizes' \(640\), so that no picture would ever get any of them",
        id="max_size below every size",
    ),
    pytest.param(
        RandomCropConfig,
        {"size": (float("inf"), 8), "mode": "absolute"},
        "'size' must be a finite number: inf",
        id="infinite size",
    ),
    pytest.param(
        RandomCropConfig,
        {"size": (8, 8, 8), "mode": "absolute"},
        r"'size' must have 2 items, not 3: \[8, 8, 8\]",
        id="three numbers",
    ),
    pytest.param(
        RandomCropConfig,
        {"size": (0.5, 2)},
        r"with mode = 'relative-range', 'size' must lie in \(0, 1\], not be \[0.5, 2\]",
        id="relative size",
    ),
    pytest.param(
        RandomCropConfig,
        {"size": (0.5, 20), "mode": "absolute"},
        r"with mode = 'absolute', 'size' must be whole pixels, not \[0.5, 20\]",
        id="absolute size",
    ),
    pytest.param(
        RandomCropConfig,
        {"size": (600, 384), "mode": "absolute-range"},
        r"with mode = 'absolute-range', 'size' must ascend, not be \[600, 384\]",
        id="absolute range",
    ),
    pytest.param(RandomBrightnessConfig, {"minimum": -0.1}, "'minimum' must be >= 0: -0.1", id="negative factor"),
    pytest.param(
        RandomContrastConfig,
        {"minimum": 1.5},
        r"'minimum' \(1.5\) must not exceed 'maximum' \(1.2\)",
        id="contrast range",
    ),
    pytest.param(
        RandomSaturationConfig,
        {"maximum": 0.5},
        r"'minimum' \(0.8\) must not exceed 'maximum' \(0.5\)",
        id="saturation range",
    ),
    pytest.param(
        ResizeScaleConfig,
        {"min_scale": 2.5},
        r"'min_scale' \(2.5\) must not exceed 'max_scale' \(2.0\)",
        id="range of scales",
    ),
    pytest.param(ResizeScaleConfig, {"min_scale": 0.0}, "'min_scale' must be > 0: 0.0", id="scale of 0"),
    pytest.param(ResizeScaleConfig, {"target": (0, 8)}, "'target' must be >= 1: 0", id="target of 0"),
    pytest.param(PadConfig, {"size": (8, 0)}, "'size' must be >= 1: 0", id="padding to 0"),
    pytest.param(PadConfig, {"size": (8, 8), "value": 256}, "'value' must be <= 255: 256", id="brighter than white"),
]


@pytest.mark.parametrize(("config", "settings", "complaint"), REFUSED)
def test_a_wrong_setting_is_refused_where_it_is_written(config, settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        config(**settings)


def test_configs_import_nothing_heavy():
    code = (
        "import sys; from det_plugin_augment import RandomCropConfig, RandomFlipConfig, RandomContrastConfig, "
        "ResizeShortestEdgeConfig; print([name for name in ('torch', 'cv2', 'numpy') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert result.stdout.strip() == "[]"
