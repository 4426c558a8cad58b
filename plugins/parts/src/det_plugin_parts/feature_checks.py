"""Whether the feature maps a config asks for are there, told without a tensor."""

from collections.abc import Sequence
from itertools import pairwise

from det_plugin_parts.missing_levels import way_to_levels
from detcore.specs import FeatureShape, Problem, Shapes

__all__ = [
    "UNKNOWN_SHAPES",
    "missing_features",
    "selected_shapes",
    "unequal_anchors",
    "unequal_channels",
    "unordered_features",
]

UNKNOWN_SHAPES = Problem("the backbone's feature maps are not known before it is built", severity="unchecked")
"""What can be said where the backbone says nothing."""


def missing_features(names: Sequence[str], shapes: Shapes) -> list[Problem]:
    """One problem for every feature map that the backbone does not yield; the first says what to do."""
    missing = [position for position, name in enumerate(names) if name not in shapes]
    return [_missing_feature(names, position, shapes, is_first=position == missing[0]) for position in missing]


def _missing_feature(names: Sequence[str], position: int, shapes: Shapes, *, is_first: bool) -> Problem:
    message = f"the backbone yields no feature map {names[position]!r}, only {', '.join(shapes)}"
    if is_first:
        message += f"; {way_to_levels((name for name in names if name not in shapes), shapes)}"
    return Problem(message, ("in_features", position))


def unequal_channels(names: Sequence[str], shapes: Shapes) -> list[Problem]:
    """A problem where the feature maps cannot share one head."""
    channels = {name: shapes[name].channels for name in names if name in shapes}
    if len(set(channels.values())) <= 1:
        return []
    return [Problem(f"feature maps that share a head need equally many channels: {channels}", ("in_features",))]


def unequal_anchors(counts: Sequence[int]) -> list[Problem]:
    """A problem where levels with these numbers of anchors cannot share one head."""
    if len(set(counts)) <= 1:
        return []
    return [Problem(f"levels that share a head need equally many anchors a position: {list(counts)}")]


def unordered_features(names: Sequence[str], shapes: Shapes) -> list[Problem]:
    """A problem where a coarser feature map is named before a finer one."""
    strides = [shape.stride for shape in selected_shapes(names, shapes)]
    if all(fine <= coarse for fine, coarse in pairwise(strides)):
        return []
    return [Problem(f"feature maps must be named finest first; these have strides {strides}", ("in_features",))]


def selected_shapes(names: Sequence[str], shapes: Shapes) -> list[FeatureShape]:
    """Shapes of the feature maps that are there, in the order asked for."""
    return [shapes[name] for name in names if name in shapes]
