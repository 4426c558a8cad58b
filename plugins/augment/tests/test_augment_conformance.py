"""The augmentations keep what their interface promises."""

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
from detcore.testing import AugmentationConformance


class TestColour(AugmentationConformance):
    configs = tuple(
        config_class(minimum=0.7, maximum=1.3)
        for config_class in (RandomBrightnessConfig, RandomContrastConfig, RandomSaturationConfig)
    )


class TestPad(AugmentationConformance):
    configs = (PadConfig(size=(120, 150)), PadConfig(size=(10, 300), value=128))


class TestRandomCrop(AugmentationConformance):
    configs = (
        RandomCropConfig(size=(0.7, 0.8)),
        RandomCropConfig(size=(0.3, 0.5), mode="relative-range"),
        RandomCropConfig(size=(60, 70), mode="absolute", around_object=True),
        RandomCropConfig(size=(40, 90), mode="absolute-range"),
    )


class TestRandomFlip(AugmentationConformance):
    configs = (RandomFlipConfig(), RandomFlipConfig(direction="vertical", probability=1.0))


class TestResizeShortestEdge(AugmentationConformance):
    configs = (
        ResizeShortestEdgeConfig(sizes=(60, 96, 150), max_size=180),
        ResizeShortestEdgeConfig(sizes=(50, 200), sample="range"),
    )


class TestResizeScale(AugmentationConformance):
    configs = (ResizeScaleConfig(target=(120, 100), min_scale=0.5),)
