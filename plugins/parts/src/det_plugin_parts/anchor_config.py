"""Settings of anchors on a grid."""

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from attrs import Attribute, field, frozen
from attrs.validators import and_, ge, lt

from det_plugin_parts.interfaces import AnchorGeneratorConfig
from detcore.specs import Problem

if TYPE_CHECKING:
    from det_plugin_parts.anchors import GridAnchors

__all__ = ["GridAnchorsConfig"]


def _positive_numbers(_: object, attribute: "Attribute[Any]", levels: tuple[tuple[float, ...], ...]) -> None:
    if not levels or not all(levels):
        raise ValueError(f"'{attribute.name}' needs at least one number for every level: {levels}")
    wrong = [number for level in levels for number in level if not 0 < number < inf]
    if wrong:
        raise ValueError(f"'{attribute.name}' must be > 0 and finite: {wrong[0]}")


@frozen(kw_only=True)
class GridAnchorsConfig(AnchorGeneratorConfig):
    """Settings of :class:`GridAnchors`; the defaults are those of Faster R-CNN on a feature pyramid."""

    sizes: tuple[tuple[float, ...], ...] = field(
        default=((32.0,), (64.0,), (128.0,), (256.0,), (512.0,)), validator=_positive_numbers
    )
    """Square roots of the anchors' areas in pixels, for every level; one entry serves all levels."""

    aspect_ratios: tuple[tuple[float, ...], ...] = field(default=((0.5, 1.0, 2.0),), validator=_positive_numbers)
    """Height divided by width, for every level; one entry serves all levels."""

    offset: float = field(default=0.0, validator=and_(ge(0), lt(1)))
    """Centre of the first anchor, in steps of the grid; 0.5 is the middle of the first cell."""

    def check(self, strides: Sequence[int]) -> list[Problem]:
        return [
            Problem(f"has entries for {len(levels)} levels, but there are {len(strides)} feature maps", (name,))
            for name, levels in (("sizes", self.sizes), ("aspect_ratios", self.aspect_ratios))
            if len(levels) not in (1, len(strides))
        ]

    def num_anchors(self, num_levels: int) -> tuple[int, ...]:
        sizes, ratios = _one_per_level(self.sizes, num_levels), _one_per_level(self.aspect_ratios, num_levels)
        return tuple(len(s) * len(r) for s, r in zip(sizes, ratios, strict=False))

    def build(self, *, strides: Sequence[int]) -> "GridAnchors":
        from det_plugin_parts.anchors import GridAnchors

        return GridAnchors(
            sizes=_one_per_level(self.sizes, len(strides)),
            aspect_ratios=_one_per_level(self.aspect_ratios, len(strides)),
            strides=strides,
            offset=self.offset,
        )


def _one_per_level(levels: tuple[tuple[float, ...], ...], num_levels: int) -> tuple[tuple[float, ...], ...]:
    return levels * num_levels if len(levels) == 1 else levels
