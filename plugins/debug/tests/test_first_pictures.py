import pytest

from det_plugin_debug import FirstPictures, FirstPicturesConfig
from detcore.data import ShapesConfig
from detcore.errors import ConfigError

SHAPES = ShapesConfig(num_images=5, size=(40, 60), max_size=(60, 80))


def test_it_has_the_first_pictures_and_no_others():
    whole = SHAPES.build()
    few = FirstPictures(whole, count=3)

    assert len(few) == 3
    assert [few.image_id(index) for index in range(3)] == [whole.image_id(index) for index in range(3)]
    assert [few.image_size(index) for index in range(3)] == [whole.image_size(index) for index in range(3)]
    assert few[-1]["image_id"] == whole.image_id(2)
    with pytest.raises(IndexError):
        few[3]


def test_a_dataset_of_fewer_is_whole():
    assert len(FirstPicturesConfig(dataset=SHAPES, count=6).build()) == 5


def test_its_classes_are_known_before_it_is_built():
    assert FirstPicturesConfig(dataset=SHAPES).metadata() == SHAPES.metadata()


def test_a_mistake_inside_is_told_at_its_place(listed):
    inner = {"type": "shapes", "num_images": 0}

    with pytest.raises(ConfigError) as caught:
        listed(data__test__datasets=[{"type": "first-pictures", "dataset": inner}])

    assert "data.test.datasets.0.dataset.num_images: must be >= 1" in str(caught.value)
