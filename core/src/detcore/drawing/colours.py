"""One colour per class, the same in every picture of every run."""

import colorsys

__all__ = ["Colour", "class_colour", "ink_on"]

Colour = tuple[int, int, int]
"""Red, green, blue in 0…255."""

_GOLDEN_RATIO = 0.618034
"""Steps of this size around the circle of hues keep any number of first classes far apart."""

_SHADES = ((0.85, 1.0), (0.65, 0.85), (1.0, 0.75))
"""Saturation and value by turns, so that neighbours in hue still differ."""


def class_colour(class_id: int) -> Colour:
    """The colour of a class id."""
    hue = (0.02 + class_id * _GOLDEN_RATIO) % 1
    red, green, blue = colorsys.hsv_to_rgb(hue, *_SHADES[class_id % len(_SHADES)])
    return round(red * 255), round(green * 255), round(blue * 255)


def ink_on(paper: Colour) -> Colour:
    """Black or white, whichever can be read on ``paper``."""
    red, green, blue = paper
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return (0, 0, 0) if luma > 140 else (255, 255, 255)
