"""Which shapes a picture shows, where, and which of them covers which."""

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from detcore.data.shapes.outlines import Shape, draw, turned_outline
from detcore.data.shapes.vocabulary import CLASSES

__all__ = ["Scene", "SceneRules", "arrange"]

_PLACES_TRIED = 5
"""Places tried for an object of one size."""

_SIZES_TRIED = 4
"""Sizes tried for an object before it is left out."""

_SHRINK = 0.65
"""An object that found no place is tried this much smaller."""

_SHARE_CROWDED = 0.25
"""Objects that others may cover as far as the rules allow."""

_USUALLY_HIDDEN = 0.1
"""How much of any other object may be covered."""


@frozen(kw_only=True)
class SceneRules:
    """How full a picture may be."""

    min_objects: int
    max_objects: int
    smallest_side: int
    """Pixels; no side of a visible box is shorter."""

    max_hidden: float
    """The largest part of an object that others may cover."""


class Scene:
    """Shapes in the order in which they are painted, and what remains visible of each."""

    def __init__(self, *, height: int, width: int, rules: SceneRules) -> None:
        self.rules = rules
        self.shapes: list[Shape] = []
        self.owner: NDArray[np.int32] = np.full((height, width), -1, dtype=np.int32)
        """H×W; position in ``shapes`` of the one seen at each pixel, -1 for the ground."""

        self._areas = np.zeros(rules.max_objects, dtype=np.int64)
        """For each shape, how many of its pixels can be seen."""

        self._least_areas = np.zeros(rules.max_objects)
        """For each shape, how many of its pixels must be seen whatever comes later."""

    def visible(self, position: int) -> NDArray[np.bool_]:
        """What can be seen of a shape, within its window."""
        seen: NDArray[np.bool_] = self.owner[self.shapes[position].window] == position
        return seen

    def neighbours(self, position: int) -> list[int]:
        """The shapes below this one, of which something can be seen in its window."""
        owners = np.bincount(self.owner[self.shapes[position].window].reshape(-1) + 1)
        return [int(owner) for owner in owners[1 : position + 1].nonzero()[0]]

    def add(self, shape: Shape, limit: float) -> bool:
        """Paint ``shape`` over the others, unless that hides too much of one; whether it was done.

        Of ``shape`` itself at most the part ``limit`` may be hidden later.
        """
        number, window = len(self.shapes), self.owner[shape.window]
        covered = np.bincount(window[shape.bitmap] + 1, minlength=number + 1)[1:]
        remaining = self._areas[:number] - covered
        if (remaining < self._least_areas[:number]).any():
            return False
        before = window.copy()
        window[shape.bitmap] = number
        if not all(self._is_long_enough(position) for position in covered.nonzero()[0].tolist()):
            window[:] = before
            return False
        self.shapes.append(shape)
        self._areas[:number] = remaining
        self._areas[number] = np.count_nonzero(shape.bitmap)
        self._least_areas[number] = (1 - limit) * self._areas[number]
        return True

    def _is_long_enough(self, position: int) -> bool:
        rows, columns = self.visible(position).nonzero()
        return bool(min(np.ptp(rows), np.ptp(columns)) + 1 >= self.rules.smallest_side)


def arrange(height: int, width: int, rules: SceneRules, generator: np.random.Generator) -> Scene:
    """A scene of as many objects as the rules ask for; fewer where there is no room for them."""
    scene = Scene(height=height, width=width, rules=rules)
    number = int(generator.integers(rules.min_objects, rules.max_objects + 1))
    for side in _sides(number, rules.smallest_side, min(height, width), generator):
        _add_somewhere(scene, side, generator)
    return scene


def _sides(number: int, smallest: int, largest: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Longer sides of the boxes: every order of size as often as any other, roughly from large to small.

    Small ones come last, since a large one would cover them whole.
    """
    sides = smallest * (largest / smallest) ** generator.beta(1.6, 1.5, size=number)
    order: NDArray[np.int64] = np.argsort(-sides * generator.uniform(0.6, 1.6, size=number))
    return sides[order]


def _add_somewhere(scene: Scene, side: float, generator: np.random.Generator) -> None:
    class_id = int(generator.integers(len(CLASSES)))
    outline = turned_outline(class_id, generator.uniform(0, 2 * np.pi))
    is_crowded = generator.random() < _SHARE_CROWDED
    limit = scene.rules.max_hidden if is_crowded else min(scene.rules.max_hidden, _USUALLY_HIDDEN)
    for _ in range(_SIZES_TRIED):
        shape = _sized(scene, class_id, outline, side)
        rows, columns = np.array(scene.owner.shape) - shape.bitmap.shape
        places = generator.integers(0, (columns, rows), size=(_PLACES_TRIED, 2), endpoint=True)
        if any(scene.add(shape.moved(left, top), limit) for left, top in places.tolist()):
            return
        side *= _SHRINK


def _sized(scene: Scene, class_id: int, outline: NDArray[np.float64], side: float) -> Shape:
    """The shape as large as asked for, as far as the rules and the picture allow."""
    extent = np.ptp(outline, axis=0)
    room = np.array(scene.owner.shape[::-1])
    scale = max(side / extent.max(), scene.rules.smallest_side / extent.min())
    scale = min(scale, float((room / extent).min()))
    return draw(class_id, outline, scale)
