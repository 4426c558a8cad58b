"""The dataset and the hooks of this plugin keep what their interfaces promise."""

from det_plugin_debug import FastDevRun, FirstPicturesConfig, Profiler
from detcore.data import ShapesConfig
from detcore.testing import DatasetConformance, HooksConformance

SHAPES = ShapesConfig(num_images=5, size=(40, 60))


class TestFirstPictures(DatasetConformance):
    configs = (FirstPicturesConfig(dataset=SHAPES, count=3), FirstPicturesConfig(dataset=SHAPES))


class TestFastDevRun(HooksConformance):
    plugin = FastDevRun


class TestProfiler(HooksConformance):
    plugin = Profiler
