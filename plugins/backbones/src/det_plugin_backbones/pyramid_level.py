"""Levels of a pyramid are numbered by their stride: level 2 has stride 4, level 5 has 32."""

from detcore.specs import FeatureShape

__all__ = ["level_of"]


def level_of(shape: FeatureShape) -> int:
    """The base-2 logarithm of the stride, rounded down."""
    return shape.stride.bit_length() - 1
