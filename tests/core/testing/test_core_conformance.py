"""Core's own components keep what their interfaces promise."""

import numpy as np
from safetensors.torch import save_file

from detcore.data import RepeatFactorSamplerConfig, SequentialSamplerConfig, ShapesConfig, ShuffleSamplerConfig
from detcore.testing import (
    DatasetConformance,
    OptimizerConformance,
    SamplerConformance,
    ScheduleConformance,
    TrainerHookConformance,
    WeightsFormatConformance,
)
from detcore.training import (
    AdamWConfig,
    CosineScheduleConfig,
    EMAConfig,
    MultiStepScheduleConfig,
    NpzFormatConfig,
    SafetensorsFormatConfig,
    SGDConfig,
)


class TestShapes(DatasetConformance):
    configs = (ShapesConfig(num_images=6, size=(64, 80), split="test", max_size=(90, 90)),)


class TestSamplers(SamplerConformance):
    configs = (ShuffleSamplerConfig, SequentialSamplerConfig, RepeatFactorSamplerConfig(threshold=0.5))


class TestOptimizers(OptimizerConformance):
    configs = (SGDConfig, SGDConfig(lr=0.01, nesterov=True), AdamWConfig(lr=0.001))


class TestSchedules(ScheduleConformance):
    configs = (
        CosineScheduleConfig,
        CosineScheduleConfig(warmup_steps=3),
        MultiStepScheduleConfig,
        MultiStepScheduleConfig(milestones=(0.5,), warmup_steps=0),
    )


class TestEMA(TrainerHookConformance):
    configs = (EMAConfig(decay=0.9),)


class TestSafetensors(WeightsFormatConformance):
    config = SafetensorsFormatConfig

    def write(self, path, tensors):
        save_file(tensors, path)


class TestNpz(WeightsFormatConformance):
    config = NpzFormatConfig

    def write(self, path, tensors):
        np.savez(path, **{name: each.numpy() for name, each in tensors.items()})
