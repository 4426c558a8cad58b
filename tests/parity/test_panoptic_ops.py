"""The merging rule and panoptic quality give the reference's and panopticapi's numbers."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from recorded_cases import cases

from det_plugin_panoptic import PanopticMerging, PanopticQuality
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, SegmentInfo


def test_merged_maps_are_the_recorded_ones(parity_dir):
    for facts, given, expected in cases(parity_dir, "panoptic_merge"):
        merge = PanopticMerging(
            overlap_threshold=facts["overlap_threshold"],
            stuff_area_limit=facts["stuff_area_thresh"],
            instance_score_threshold=facts["instances_score_thresh"],
        )
        masks = given["masks"].numpy()

        labels, segments = merge(
            scores=given["scores"].tolist(),
            classes=given["classes"].tolist(),
            crop=lambda index, masks=masks: (0, 0, masks[index]),
            semantic=given["semantic"].numpy(),
        )

        assert np.array_equal(labels, expected["segments"])
        assert segments == facts["segments_info"]


@pytest.fixture
def case(parity_dir) -> dict[str, Any]:
    return json.loads((parity_dir / "ops/panoptic_quality_case.json").read_text())


@pytest.fixture
def quality(case, parity_dir) -> PanopticQuality:
    """The evaluator, with the recorded pictures seen."""
    things, stuff = ([each["name"] for each in case["categories"] if each["isthing"] == kind] for kind in (1, 0))
    metadata = DatasetMetadata(classes=tuple(things), stuff_classes=("things", *stuff))
    categories = {
        each["id"]: (True, things.index(each["name"])) if each["isthing"] else (False, 1 + stuff.index(each["name"]))
        for each in case["categories"]
    }
    evaluator = PanopticQuality(metadata=metadata)
    maps = np.load(parity_dir / "ops/panoptic_quality_maps.npz")
    for true, predicted in zip(case["gt"], case["pred"], strict=True):
        name = true["image_id"]
        height, width = maps[f"gt/{name}"].shape
        seen: ModelInput = {
            "image": torch.empty(0),
            "image_id": name,
            "height": height,
            "width": width,
            "pan_seg": maps[f"gt/{name}"],
            "segments_info": translated(true["segments_info"], categories),
        }
        said = translated(predicted["segments_info"], categories)
        evaluator.process([seen], [{"panoptic_seg": (torch.from_numpy(maps[f"pred/{name}"]), said)}])
    return evaluator


def translated(segments: list[SegmentInfo], categories: dict[int, tuple[bool, int]]) -> list[SegmentInfo]:
    """The segments with our numbers for their categories."""
    found = [categories[each["category_id"]] for each in segments]
    return [
        {**each, "isthing": is_thing, "category_id": index}
        for each, (is_thing, index) in zip(segments, found, strict=True)
    ]


def test_panoptic_quality_is_that_of_panopticapi(case, quality, parity_dir):
    expected = json.loads((parity_dir / "ops/panoptic_quality_expected.json").read_text())

    table = quality.evaluate()["panoptic"]

    groups = {"All": "", "Things": "_things", "Stuff": "_stuff"}
    means = {
        f"{name.upper()}{groups[group]}": 100 * expected[group][name] for group in groups for name in ("pq", "sq", "rq")
    }
    classes = {each["name"]: 100 * expected["per_class"][str(each["id"])]["pq"] for each in case["categories"]}
    assert {name: table[name] for name in means} == pytest.approx(means, abs=1e-9)
    assert table["per_class_PQ"] == pytest.approx(classes, abs=1e-9)
