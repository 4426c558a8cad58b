"""A scene as a picture. Colours and patterns are drawn without looking at any object's class."""

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.data.shapes.scene import Scene
from detcore.data.shapes.textures import noise, texture
from detcore.data.shapes.vocabulary import TEXTURES

__all__ = ["Ground", "lay_ground", "paint"]

Colour = NDArray[np.float32]
"""Red, green, blue in 0…255."""

Pattern = NDArray[np.float32]

_MIN_CONTRAST = 80.0
"""Least distance between the colours of neighbours, in RGB steps."""

_FILL_SCALES = (1.2, 5.0)
"""Pixels; how wide the spots on a shape are."""

_CANDIDATES = 24
"""Colours drawn to find one that stands out."""

_SHARE_DIVIDED = 0.35
"""Pictures with two kinds of ground."""


@frozen(kw_only=True, eq=False)
class Ground:
    """What lies behind all shapes."""

    picture: NDArray[np.float32]
    """H×W×3."""

    regions: NDArray[np.int32]
    """H×W; position in ``kinds`` of the texture at each pixel."""

    kinds: list[int]
    """Position in ``TEXTURES`` of each region's texture, all different."""

    colours: list[Colour]
    """The mean colour of each region."""


def lay_ground(height: int, width: int, generator: np.random.Generator) -> Ground:
    """One texture, or two that meet along a straight line."""
    regions = np.zeros((height, width), dtype=np.int32)
    if generator.random() < _SHARE_DIVIDED:
        regions = _half_plane(height, width, generator)
    kinds = [int(kind) for kind in generator.permutation(len(TEXTURES))[: regions.max() + 1]]
    colours = [generator.uniform(30, 225, size=3).astype(np.float32) for _ in kinds]
    layers = [
        _coloured(texture(TEXTURES[kind], height, width, generator), colour, generator)
        for kind, colour in zip(kinds, colours, strict=True)
    ]
    picture = layers[0]
    for region, layer in enumerate(layers[1:], start=1):
        np.copyto(picture, layer, where=(regions == region)[:, :, None])
    return Ground(picture=picture, regions=regions, kinds=kinds, colours=colours)


def paint(scene: Scene, ground: Ground, generator: np.random.Generator) -> NDArray[np.uint8]:
    """H×W×3, RGB: the shapes on their ground, a little blurred and noisy as from a camera."""
    picture = ground.picture.copy()
    colours = _distinct_colours(scene, ground, generator)
    for position, colour in enumerate(colours):
        visible = scene.visible(position)
        rows, columns = visible.shape
        pattern = noise(_FILL_SCALES[generator.integers(2)], rows, columns, generator)[visible]
        picture[scene.shapes[position].window][visible] = colour + pattern[:, None] * generator.uniform(2, 16)
    return _photographed(picture, generator)


def _half_plane(height: int, width: int, generator: np.random.Generator) -> NDArray[np.int32]:
    """1 on one side of a line that passes near the picture's middle."""
    angle = generator.uniform(0, 2 * np.pi)
    y, x = generator.uniform(0.25, 0.75, size=2) * (height, width)
    rows, columns = np.arange(height)[:, None] - y, np.arange(width) - x
    beyond: NDArray[np.int32] = (rows * np.sin(angle) + columns * np.cos(angle) > 0).astype(np.int32)
    return beyond


def _coloured(pattern: Pattern, colour: Colour, generator: np.random.Generator) -> Pattern:
    """The pattern as a sway between two colours around the given one."""
    sway = generator.uniform(0.5, 1.0, size=3) * generator.uniform(10, 32)
    # cv2 takes four numbers for a colour; numpy is several times slower where the last axis is as short as three.
    swaying = cv2.multiply(cv2.cvtColor(pattern, cv2.COLOR_GRAY2RGB), np.append(sway, 0.0))
    return np.asarray(cv2.add(swaying, np.append(colour, 0.0)), dtype=np.float32)


def _distinct_colours(scene: Scene, ground: Ground, generator: np.random.Generator) -> list[Colour]:
    """A colour for every shape that differs from those of its neighbours, as far as that is possible."""
    colours: list[Colour] = []
    for position in range(len(scene.shapes)):
        avoided = np.stack([*ground.colours, *(colours[neighbour] for neighbour in scene.neighbours(position))])
        candidates = generator.uniform(0, 255, size=(_CANDIDATES, 3)).astype(np.float32)
        contrast = np.sqrt(np.square(candidates[:, None] - avoided).sum(axis=2).min(axis=1))
        enough = np.flatnonzero(contrast >= _MIN_CONTRAST)
        colours.append(candidates[enough[0] if len(enough) else contrast.argmax()])
    return colours


def _photographed(picture: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.uint8]:
    height, width, _ = picture.shape
    blurred = cv2.GaussianBlur(picture, (3, 3), generator.uniform(0.35, 0.75))
    grain = cv2.cvtColor(noise(0, height, width, generator), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(blurred, 1, grain, generator.uniform(2, 14), 0, dtype=cv2.CV_8U), dtype=np.uint8)
