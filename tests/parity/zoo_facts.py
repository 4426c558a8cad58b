"""The published models: what ``zoo_manifest.json.gz`` says of them, in the words of a recording's ``config.json``."""

import gzip
import json
from pathlib import Path
from typing import Any

__all__ = ["in_the_words_of_a_recording", "published_backbones", "published_models"]

Facts = dict[str, Any]

DEPTHS = {
    ("basic", (2, 2, 2, 2)): 18,
    ("basic", (3, 4, 6, 3)): 34,
    ("bottleneck", (3, 4, 6, 3)): 50,
    ("bottleneck", (3, 4, 23, 3)): 101,
    ("bottleneck", (3, 8, 36, 3)): 152,
}
"""Depth of a residual network by its kind of block and the number of them in each stage."""


def published_models(manifest: Path) -> list[tuple[str, Facts, list[list[Any]]]]:
    """Config path, facts, and name, shape and kind of every tensor; models with the same facts only once."""
    with gzip.open(manifest) as file:
        zoo = json.load(file)
    first = {entry["architecture"]: (path, entry) for path, entry in reversed(zoo["entries"].items())}
    return [
        (
            path,
            in_the_words_of_a_recording(zoo["architectures"][name]),
            zoo["state_dicts"][entry["state_dict"]]["tensors"],
        )
        for name, (path, entry) in first.items()
    ]


def published_backbones(manifest: Path) -> list[tuple[str, Facts, list[list[Any]]]]:
    """Config path, facts, and name, shape and kind of every tensor of the backbone, of every entry that has one."""
    with gzip.open(manifest) as file:
        zoo = json.load(file)
    entries = [(path, entry, zoo["architectures"][entry["architecture"]]) for path, entry in zoo["entries"].items()]
    return [
        (
            path,
            in_the_words_of_a_recording(facts)["backbone"],
            _below_backbone(zoo["state_dicts"][entry["state_dict"]]),
        )
        for path, entry, facts in entries
        if "backbone" in facts
    ]


def _below_backbone(state_dict: Facts) -> list[list[Any]]:
    prefix = "backbone."
    return [[name.removeprefix(prefix), *rest] for name, *rest in state_dict["tensors"] if name.startswith(prefix)]


def in_the_words_of_a_recording(facts: Facts) -> Facts:
    """The facts of a published model, as the ``config.json`` of a recording would tell them."""
    if "res5" in facts.get("roi_heads", {}):
        stage = facts["roi_heads"]["res5"]
        res5 = {**stage, "stride_in_1x1": stage["stride_on"] == "1x1"}
        facts = {**facts, "roi_heads": {**facts["roi_heads"], "res5": res5}}
    backbone = facts.get("backbone", {})
    if backbone.get("type") == "resnet":
        return {**facts, "backbone": _trunk(backbone)}
    if backbone.get("bottom_up", {}).get("type") == "resnet":
        return {**facts, "backbone": {**backbone, "bottom_up": _trunk(backbone["bottom_up"])}}
    return facts


def _trunk(facts: Facts) -> Facts:
    """The settings of a residual network, from what its stages are made of."""
    stages = list(facts["stages"].values())
    finest, second = stages[0], stages[1]
    return {
        **facts,
        "norm": stages[-1]["norm"],  # that of the stem is frozen where the stem is
        "depth": _depth(stages),
        "freeze_at": int(facts["stem_frozen"]) + sum(stage["frozen"] for stage in stages),
        "res2_out_channels": finest["out_channels"],
        "num_groups": finest.get("groups", 1),
        "width_per_group": finest.get("bottleneck_channels", 0) // finest.get("groups", 1),
        "stride_in_1x1": second.get("stride_on") == "1x1",
        "res5_dilation": stages[-1].get("dilation", 1),
        "deform_on_per_stage": [stage["block"].startswith("deform_") for stage in stages],
    }


def _depth(stages: list[Facts]) -> int | None:
    counts = tuple(stage["num_blocks"] for stage in stages)
    kind = stages[0]["block"].removeprefix("deform_")
    return next((depth for (k, c), depth in DEPTHS.items() if k == kind and c[: len(counts)] == counts), None)
