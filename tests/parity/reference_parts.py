"""From recorded facts of parts that several families share to their configs."""

from typing import Any

from facts import Facts

from det_plugin_parts import BoxLossConfig, DeltaBoxCoderConfig, GridAnchorsConfig, IoUAssignerConfig

__all__ = ["BOX_LOSSES", "assigner", "box_coder", "box_loss", "detections_per_image", "grid_anchors"]

BOX_LOSSES = {"smooth_l1": "smooth-l1", "giou": "giou", "diou": "diou", "ciou": "ciou"}


def grid_anchors(facts: Facts) -> GridAnchorsConfig:
    return GridAnchorsConfig(
        sizes=_nested(facts["sizes"]), aspect_ratios=_nested(facts["aspect_ratios"]), offset=facts["offset"]
    )


def assigner(facts: Facts) -> IoUAssignerConfig:
    return IoUAssignerConfig(
        thresholds=tuple(facts["thresholds"]),
        labels=tuple(facts["labels"]),
        allow_low_quality_matches=facts["allow_low_quality_matches"],
    )


def box_coder(facts: Facts) -> DeltaBoxCoderConfig:
    return DeltaBoxCoderConfig(weights=tuple(facts["bbox_reg_weights"]), scale_clamp=facts["scale_clamp"])


def box_loss(facts: Facts, weight: float) -> BoxLossConfig:
    return BoxLossConfig(kind=BOX_LOSSES[facts["box_reg_loss_type"]], beta=facts["smooth_l1_beta"], weight=weight)


def detections_per_image(facts: Facts) -> int:
    """As many as there can be, where the number is negative."""
    number: int = facts["detections_per_image"]
    return number if number >= 0 else 2**31 - 1


def _nested(levels: list[Any]) -> tuple[tuple[float, ...], ...]:
    """Numbers of each level; a plain list of numbers is for every level."""
    if not isinstance(levels[0], list):
        levels = [levels]
    return tuple(tuple(float(number) for number in level) for level in levels)
