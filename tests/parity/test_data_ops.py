"""Resizing and transforming annotations against numbers recorded from the reference."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from det_plugin_augment import CropTransform, FlipTransform, ResizeTransform
from det_plugin_augment.resize import shortest_edge_size
from detcore.data import apply
from detcore.data.targets import instances_from_sample
from detcore.interfaces import Sample

PARITY = Path(os.environ.get("DETCORE_PARITY_DIR", Path(__file__).parents[3] / "shared" / "parity"))
pytestmark = pytest.mark.skipif(not PARITY.is_dir(), reason=f"no folder of parity fixtures at {PARITY}")


def fixture(name):
    arrays = dict(np.load(PARITY / "ops" / f"{name}.npz"))
    return json.loads(str(arrays["meta"]))["cases"], arrays


def test_output_sizes_are_the_references():
    _, arrays = fixture("resize")

    sizes = [
        shortest_edge_size(height, width, edge=edge, max_size=max_size)
        for height, width, edge, max_size in arrays["c0/in/query"].tolist()
    ]

    np.testing.assert_array_equal(sizes, arrays["c0/out/size"])


@pytest.mark.parametrize("case", [1, 2, 3])
def test_resized_pixels_differ_by_at_most_one_level(case):
    cases, arrays = fixture("resize")
    facts = cases[case]
    resize = ResizeTransform(before=tuple(facts["size"]), after=tuple(facts["new_size"]))

    image = resize.image(arrays[f"c{case}/in/image"])
    points = resize.points(arrays[f"c{case}/in/points"])

    difference = np.abs(image.astype(int) - arrays[f"c{case}/out/image"].astype(int))
    assert difference.max() <= 1
    assert difference.mean() < 0.25
    np.testing.assert_allclose(points, arrays[f"c{case}/out/points"], atol=1e-9)


def transforms_of(facts):
    (height, width), after = facts["input_size"], tuple(facts["output_size"])
    resize = ResizeTransform(before=(height, width), after=after)
    return {
        "resize": [resize],
        "hflip": [FlipTransform(height=height, width=width, direction="horizontal")],
        "resize+hflip": [resize, FlipTransform(height=after[0], width=after[1], direction="horizontal")],
        "crop": [CropTransform(top=5, left=10, height=after[0], width=after[1], before=(height, width))],
    }[facts["transform"]]


@pytest.mark.parametrize("case", range(4), ids=["resize", "hflip", "resize+hflip", "crop"])
def test_annotations_follow_as_in_the_reference(case):
    cases, arrays = fixture("annotation_transforms")
    facts = cases[case]
    given = {name: arrays[f"c{case}/in/{name}"] for name in ("boxes_xywh", "polygons", "keypoints")}
    expected = {name: arrays[f"c{case}/out/{name}"] for name in ("boxes", "keypoints", "polygon_coords")}
    corner, sides = given["boxes_xywh"][:, :2], given["boxes_xywh"][:, 2:]
    sample = Sample(
        image=np.zeros((*facts["input_size"], 3), np.uint8),
        boxes=np.concatenate([corner, corner + sides], axis=1),
        classes=np.zeros(len(corner), np.int64),
        is_crowd=np.zeros(len(corner), np.bool_),
        masks=tuple([polygon.reshape(-1, 2)] for polygon in given["polygons"]),
        keypoints=given["keypoints"].reshape(len(corner), -1, 3),
    )

    for transform in transforms_of(facts):
        sample = apply(transform, sample, keypoint_flip=facts["flip_indices"])
    instances = instances_from_sample(sample)

    np.testing.assert_allclose(instances.gt_boxes.tensor, expected["boxes"], atol=1e-4)
    np.testing.assert_allclose(instances.gt_keypoints.tensor, expected["keypoints"], atol=1e-4)
    ours = [polygons[0] for polygons in instances.gt_masks.polygons]
    lengths = arrays[f"c{case}/out/polygon_lengths"]
    theirs = [coords.reshape(-1, 2) for coords in np.split(expected["polygon_coords"], np.cumsum(lengths)[:-1])]
    for polygon, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(from_lowest(polygon), from_lowest(other), atol=1e-4)


def from_lowest(polygon):
    """The same ring, beginning at its smallest point and going the same way round."""
    x, y = polygon.T
    if np.dot(x, np.roll(y, -1)) < np.dot(y, np.roll(x, -1)):
        polygon = polygon[::-1]
    start = np.lexsort(polygon.round(4).T[::-1])[0]
    return np.roll(polygon, -start, axis=0)
