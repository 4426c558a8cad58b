"""The names that the embedded dataset's annotations speak of."""

from typing import Final

__all__ = ["CLASSES", "KEYPOINTS", "KEYPOINT_FLIP", "KEYPOINT_SIGMAS", "STUFF_CLASSES", "TEXTURES"]

CLASSES: Final = ("circle", "square", "triangle", "star", "cross")
"""Told apart by outline alone."""

TEXTURES: Final = ("grain", "clouds", "gradient", "stripes", "checks")
"""Kinds of ground."""

STUFF_CLASSES: Final = ("things", *TEXTURES)
"""Labels of the semantic map."""

KEYPOINTS: Final = ("centre", "top", "right", "bottom", "left")
"""The middle, and the outline's outermost points as the picture shows it."""

KEYPOINT_FLIP: Final = (0, 1, 4, 3, 2)

KEYPOINT_SIGMAS: Final = (0.05, 0.05, 0.05, 0.05, 0.05)
"""A tenth of the side of the shape is worth a similarity of about 0.6; people are marked about as precisely."""
