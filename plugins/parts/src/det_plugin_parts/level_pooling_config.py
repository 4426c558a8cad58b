"""What the settings of poolers have in common that take each box from the level of its size."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from attrs import field, frozen
from attrs.validators import and_, ge, gt

from det_plugin_parts.interfaces import ROIPoolerConfig
from detcore.specs import Problem, finite

if TYPE_CHECKING:
    from det_plugin_parts.level_pooling import LevelPooling

__all__ = ["LevelPoolerConfig"]

MOST_CELLS: Final = 100
"""Cells that the side of a box of the canonical size may span; Feature Pyramid Networks has 14."""


@frozen(kw_only=True)
class LevelPoolerConfig(ROIPoolerConfig):
    """A pooler over a pyramid whose levels halve from one to the next."""

    canonical_box_size: float = field(default=224.0, validator=and_(finite, gt(0)))
    """Square root of the area, in pixels, of the boxes that are pooled from the canonical level."""

    canonical_level: int = field(default=4, validator=ge(0))
    """Logarithm to base 2 of the canonical level's stride."""

    def check(self, strides: Sequence[int]) -> list[Problem]:
        doubling = all(2 * fine == coarse for fine, coarse in pairwise(strides))
        if not doubling or not all(_is_power_of_two(stride) for stride in strides):
            wanted = "strides must be powers of two and double from level to level"
            return [Problem(f"cannot be pooled from: {wanted}, but these are {list(strides)}")]
        return self._level_problems() if len(strides) > 1 else []

    def _level_problems(self) -> list[Problem]:
        """Whether boxes go to levels on which they span some cells, but not far too many."""
        cells = self.canonical_box_size / 2**self.canonical_level
        if 1 <= cells <= MOST_CELLS:
            return []
        spans = f"a box of 'canonical_box_size' ({self.canonical_box_size:g} pixels) would span {cells:.3g} cells"
        message = f"{spans} of the level it is pooled from; change one of the two so that it spans 1 to {MOST_CELLS}"
        return [Problem(message, ("canonical_level",))]

    def build_levels(self, strides: Sequence[int]) -> "LevelPooling":
        """What chooses the level of each box."""
        from det_plugin_parts.level_pooling import LevelPooling

        return LevelPooling(
            strides=strides, canonical_box_size=self.canonical_box_size, canonical_level=self.canonical_level
        )


def _is_power_of_two(number: int) -> bool:
    return number.bit_count() == 1
