import re

import pytest

from detcore.specs import DatasetMetadata, DataSpec


def test_counts_of_what_is_known_and_of_what_is_not():
    known = DataSpec(classes=("cat", "dog"), keypoints=("nose", "tail", "paw"))

    assert (known.num_classes, known.num_keypoints) == (2, 3)
    assert (DataSpec().num_classes, DataSpec().num_keypoints) == (None, None)
    assert DataSpec(keypoints=()).num_keypoints == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {"category_ids": (1, 2, 3)},
            "'category_ids' must be left out or have 2 items, one for each of the classes",
            id="ids",
        ),
        pytest.param(
            {"keypoint_flip": (1, 0)},
            "'keypoint_flip' must be left out or have 3 items, one for each of the keypoints",
            id="mirror",
        ),
        pytest.param(
            {"keypoint_sigmas": (0.1,)},
            "'keypoint_sigmas' must be left out or have 3 items, one for each of the keypoints",
            id="spread",
        ),
    ],
)
def test_metadata_that_contradicts_itself_is_refused(settings, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        DatasetMetadata(classes=("cat", "dog"), keypoints=("nose", "tail", "paw"), **settings)


def test_stuff_is_counted_where_it_is_known():
    assert DataSpec(stuff_classes=("things", "sky")).num_stuff_classes == 2
    assert DataSpec(stuff_classes=()).num_stuff_classes == 0
    assert DataSpec().num_stuff_classes is None
