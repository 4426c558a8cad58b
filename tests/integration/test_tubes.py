"""Real keypoints that no mirror may swap: the head of a glue tube is its dark end, however the picture is turned."""

import numpy as np
import pytest
from repository import ROOT

from det_plugin_augment import FlipTransform
from detcore.config import load
from detcore.data import apply
from detcore.data.record_sample import sample_from_record
from detcore.interfaces import Transform

FLIPS = {
    "as stored": (),
    "mirrored": ("horizontal",),
    "upside down": ("vertical",),
    "turned": ("horizontal", "vertical"),
}


@pytest.fixture(scope="module")
def tubes(data_dir):
    loaded = load(ROOT / "configs" / "tubes_keypoint_rcnn.toml", overrides=[f"data.root={data_dir / 'tubes'}"])
    data = loaded.experiment.data
    return [split.datasets[0].build() for split in (data.train, data.test)]


def share_with_dark_head(datasets, directions, flip):
    """Of all tubes, those whose first keypoint lies on something darker than the second, in the flipped picture."""
    is_dark = []
    for dataset in datasets:
        for index in range(len(dataset)):
            sample = sample_from_record(dataset[index], with_objects=True, sem_seg=False)
            height, width = sample.image.shape[:2]
            for direction in directions:
                transform: Transform = FlipTransform(height=height, width=width, direction=direction)
                sample = apply(transform, sample, keypoint_flip=flip)
            is_dark += [
                brightness(sample.image, head) < brightness(sample.image, tail) for head, tail in sample.keypoints
            ]
    return np.mean(is_dark)


def brightness(image, point):
    """Around a keypoint, which may lie on the very edge of its object."""
    column, row = point[:2].astype(int)
    return image[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3].mean()


def test_heads_and_tails_have_no_left_and_right(tubes):
    for dataset in tubes:
        assert dataset.metadata.keypoints == ("head", "tail")
        assert dataset.metadata.keypoint_flip == (0, 1)
        assert dataset.metadata.keypoint_skeleton == ((0, 1),)


@pytest.mark.parametrize("directions", FLIPS.values(), ids=FLIPS)
def test_the_head_is_the_dark_end_in_every_flip(tubes, directions):
    flip = tubes[0].metadata.keypoint_flip

    assert share_with_dark_head(tubes, directions, flip) == 1


def test_a_mirror_that_swapped_the_ends_would_be_seen(tubes):
    assert share_with_dark_head(tubes, ("horizontal",), (1, 0)) == 0
