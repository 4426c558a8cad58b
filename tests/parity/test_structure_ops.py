"""Boxes and masks against numbers recorded from the reference."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from detcore.structures import BitMasks, Boxes, PolygonMasks, ROIMasks, pairwise_ioa, pairwise_iou, rle

PARITY = Path(os.environ.get("DETCORE_PARITY_DIR", Path(__file__).parents[3] / "shared" / "parity"))
pytestmark = pytest.mark.skipif(not PARITY.is_dir(), reason=f"no folder of parity fixtures at {PARITY}")


def fixture(name, case):
    arrays = np.load(PARITY / "ops" / f"{name}.npz")
    facts = json.loads(str(arrays["meta"]))["cases"][case]
    prefix = f"c{case}/"
    return facts, {key.removeprefix(prefix): arrays[key] for key in arrays.files if key.startswith(prefix)}


def unpacked(bits, height, width):
    return np.unpackbits(bits, axis=1, count=height * width).reshape(-1, height, width).astype(bool)


def polygon_masks(arrays):
    objects = [[] for _ in arrays["in/boxes"]]
    pieces = np.split(arrays["in/coords"], np.cumsum(arrays["in/lengths"])[:-1])
    for owner, coordinates in zip(arrays["in/owner"], pieces, strict=True):
        objects[owner].append(coordinates.reshape(-1, 2))
    return PolygonMasks(objects)


def test_overlaps_are_the_references():
    _, arrays = fixture("box_iou", 0)
    boxes, others = torch.from_numpy(arrays["in/a"]), torch.from_numpy(arrays["in/b"])

    np.testing.assert_allclose(pairwise_iou(boxes, others), arrays["out/iou"], atol=1e-7)
    np.testing.assert_allclose(pairwise_ioa(boxes, others), arrays["out/ioa"], atol=1e-7)


def test_areas_and_emptiness_are_the_references():
    _, arrays = fixture("box_iou", 0)

    np.testing.assert_allclose(Boxes(torch.from_numpy(arrays["in/a"])).area(), arrays["out/area"], rtol=1e-6)
    np.testing.assert_array_equal(Boxes(torch.from_numpy(arrays["in/b"])).nonempty(), arrays["out/nonempty_b"])


@pytest.mark.parametrize("case", [0, 1, 2])
def test_pasted_masks_differ_only_where_the_soft_value_is_at_the_threshold(case):
    facts, arrays = fixture("paste_masks", case)
    (height, width), threshold = facts["image_size"], facts["threshold"]
    masks = ROIMasks(torch.from_numpy(arrays["in/masks"]), torch.from_numpy(arrays["in/boxes"]))

    pasted = masks.dense(height, width, threshold).numpy()

    different = (pasted != unpacked(arrays["out/masks"], height, width)).sum(axis=(1, 2))
    assert (different <= arrays["out/ambiguous"]).all()


@pytest.mark.parametrize("case", [0, 1, 2])
def test_pasted_run_lengths_say_what_the_reference_bitmaps_say(case):
    facts, arrays = fixture("paste_masks", case)
    (height, width), threshold = facts["image_size"], facts["threshold"]
    masks = ROIMasks(torch.from_numpy(arrays["in/masks"]), torch.from_numpy(arrays["in/boxes"]))

    decoded = np.stack([rle.decode(each) for each in masks.to_rle(height, width, threshold)])

    different = (decoded != unpacked(arrays["out/masks"], height, width)).sum(axis=(1, 2))
    assert (different <= arrays["out/ambiguous"]).all()


@pytest.mark.parametrize("case", [0, 1])
def test_targets_from_polygons_are_the_references(case):
    facts, arrays = fixture("mask_targets", case)

    targets = polygon_masks(arrays).crop_and_resize(torch.from_numpy(arrays["in/boxes"]), facts["mask_size"])

    np.testing.assert_array_equal(targets, arrays["out/polygon_targets"])


@pytest.mark.parametrize("case", [0, 1])
def test_targets_from_bitmaps_are_the_references(case):
    facts, arrays = fixture("mask_targets", case)
    masks = BitMasks(torch.from_numpy(arrays["out/full"]))

    targets = masks.crop_and_resize(torch.from_numpy(arrays["in/boxes"]), facts["mask_size"])

    np.testing.assert_array_equal(targets, arrays["out/bitmask_targets"])


@pytest.mark.parametrize("case", [0, 1])
def test_whole_pictures_of_polygons_are_the_references(case):
    facts, arrays = fixture("mask_targets", case)

    full = [rle.decode(rle.from_polygons(each, *facts["image_size"])) for each in polygon_masks(arrays).polygons]

    np.testing.assert_array_equal(full, arrays["out/full"])


@pytest.mark.parametrize("case", [0, 1])
def test_boxes_and_areas_of_masks_are_the_references(case):
    _, arrays = fixture("mask_targets", case)
    polygons, bitmaps = polygon_masks(arrays), BitMasks(torch.from_numpy(arrays["out/full"]))

    np.testing.assert_allclose(polygons.boxes().tensor, arrays["out/polygon_boxes"], atol=1e-5)
    np.testing.assert_allclose(polygons.area(), arrays["out/area"], rtol=1e-9)
    np.testing.assert_array_equal(bitmaps.boxes().tensor, arrays["out/bitmask_boxes"])


def test_detections_scaled_to_the_output_size_are_the_references():
    facts, arrays = fixture("postprocess", 0)
    (height, width), (input_height, input_width) = facts["output_size"], facts["input_size"]
    boxes = Boxes(torch.from_numpy(arrays["in/boxes"])).scale(width / input_width, height / input_height)
    boxes = boxes.clip((height, width))
    kept = boxes.nonempty()

    masks = ROIMasks(torch.from_numpy(arrays["in/masks"])[kept, 0], boxes.tensor[kept])

    np.testing.assert_allclose(boxes[kept].tensor, arrays["out/boxes"], atol=0.01)
    np.testing.assert_array_equal(masks.dense(height, width), unpacked(arrays["out/masks"], height, width))
