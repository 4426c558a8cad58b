"""Patterns that ground and shapes are painted with: H×W values around 0, within [-1, 1]."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.data.shapes.vocabulary import TEXTURES

__all__ = ["noise", "texture"]

Pattern = NDArray[np.float32]

_TILE = 512
"""Side of the stored noise, which every picture takes a piece of: drawing it anew would cost more than all the rest."""

_TILE_SEED = 20240229

_GRAIN_SCALES = (0.6, 1.2, 2.0)
_CLOUD_SCALES = (8.0, 14.0, 24.0)
_WISP_SCALE = 4.0


def texture(kind: str, height: int, width: int, generator: np.random.Generator) -> Pattern:
    """One of the kinds of ground, with its direction, scale and place drawn at random."""
    return _KINDS[kind](height, width, generator)


def noise(scale: float, height: int, width: int, generator: np.random.Generator) -> Pattern:
    """Smooth noise whose spots are about ``scale`` pixels wide; 0: every pixel by itself."""
    tile = _noise_tile(scale)
    row = int(generator.integers(max(_TILE - height, 0) + 1))
    column = int(generator.integers(max(_TILE - width, 0) + 1))
    if height <= _TILE and width <= _TILE:
        return tile[row : row + height, column : column + width]
    return tile[np.arange(height)[:, None] % _TILE, np.arange(width) % _TILE]


@cache
def _noise_tile(scale: float) -> Pattern:
    values = np.random.default_rng(_TILE_SEED).standard_normal((_TILE, _TILE), dtype=np.float32)
    if scale > 0:
        values = np.asarray(cv2.GaussianBlur(values, (0, 0), scale), dtype=np.float32)
    tile: Pattern = np.clip(values / (2 * values.std()), -1, 1)
    return tile


def _grain(height: int, width: int, generator: np.random.Generator) -> Pattern:
    return noise(_GRAIN_SCALES[generator.integers(3)], height, width, generator)


def _clouds(height: int, width: int, generator: np.random.Generator) -> Pattern:
    coarse = noise(_CLOUD_SCALES[generator.integers(3)], height, width, generator)
    fine = noise(_WISP_SCALE, height, width, generator)
    return np.float32(0.75) * coarse + np.float32(0.25) * fine


def _gradient(height: int, width: int, generator: np.random.Generator) -> Pattern:
    ramp = _ramp(height, width, generator.uniform(0, 2 * np.pi))
    return np.interp(ramp, (ramp.min(), ramp.max()), (-1, 1)).astype(np.float32)


def _stripes(height: int, width: int, generator: np.random.Generator) -> Pattern:
    return _wave(_ramp(height, width, generator.uniform(0, np.pi)), generator.uniform(6, 28))


def _checks(height: int, width: int, generator: np.random.Generator) -> Pattern:
    angle, period = generator.uniform(0, np.pi / 2), generator.uniform(10, 36)
    along, across = _ramp(height, width, angle), _ramp(height, width, angle + np.pi / 2)
    return _wave(along, period) * _wave(across, period)


def _ramp(height: int, width: int, angle: float) -> Pattern:
    """Distance along a direction, in pixels."""
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    return rows[:, None] * np.float32(np.sin(angle)) + columns * np.float32(np.cos(angle))


def _wave(ramp: Pattern, period: float) -> Pattern:
    """1 and -1 by turns, with flanks a pixel or two wide."""
    phase = ramp * np.float32(1 / period)
    triangle = np.abs(phase - np.floor(phase) - 0.5) * 4 - 1
    wave: Pattern = np.clip(triangle * np.float32(period / 6), -1, 1)
    return wave


_KINDS = dict(zip(TEXTURES, (_grain, _clouds, _gradient, _stripes, _checks), strict=True))
