"""The dataset of this plugin keeps what its interface promises."""

from det_plugin_debug import FirstPicturesConfig
from detcore.data import ShapesConfig
from detcore.testing import DatasetConformance

SHAPES = ShapesConfig(num_images=5, size=(40, 60))


class TestFirstPictures(DatasetConformance):
    configs = (FirstPicturesConfig(dataset=SHAPES, count=3), FirstPicturesConfig(dataset=SHAPES))
