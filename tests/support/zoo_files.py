"""Which published configurations have a file in ``configs/``, and what it is called."""

import re
from typing import Any

__all__ = ["expected_entries", "our_name"]

TASK = re.compile(r"-?(Detection|InstanceSegmentation|Keypoints|PanopticSegmentation|SemanticSegmentation)$")

MISSING_KINDS = {"mvit", "regnet", "swin", "ImplicitPointRendMaskHead", "PointRendSemSegHead"}
"""Trunks and heads that no plugin has."""


def our_name(published: str) -> str:
    """The file of a published configuration, below ``configs/``.

    >>> our_name("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml")
    'coco/mask_rcnn_r50_fpn_3x.toml'
    """
    *folders, name = [part for part in published.split("/") if part not in {"projects", "configs"}]
    short = [TASK.sub("", folder) for folder in folders]
    stem = re.sub(r"_([RX])_(\d+)", r"_\1\2", name.rpartition(".")[0])
    return "/".join([*filter(None, short), stem]).lower() + ".toml"


def expected_entries(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The published configurations whose models are made of kinds of parts that there are."""
    facts = manifest["architectures"]
    return {path: entry for path, entry in manifest["entries"].items() if _can_be_had(facts[entry["architecture"]])}


def _can_be_had(facts: dict[str, Any]) -> bool:
    # One model finds nothing in a picture: it names whole pictures, as an example of another task.
    return facts["meta_architecture"] != "ClassificationNet" and not _kinds(facts) & MISSING_KINDS


def _kinds(facts: dict[str, Any]) -> set[str]:
    """The kinds of parts that a model is made of."""
    own = {facts["type"]} if isinstance(facts.get("type"), str) else set()
    return own.union(*(_kinds(part) for part in facts.values() if isinstance(part, dict)))
