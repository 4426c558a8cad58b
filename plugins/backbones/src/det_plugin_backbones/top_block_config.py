"""What can be put on top of a pyramid, and the interface through which plugins add more."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import optional

from detcore.specs import ComponentConfig, Problem, not_empty

if TYPE_CHECKING:
    from det_plugin_backbones.top_block import TopBlock

__all__ = ["MaxPoolTopBlockConfig", "NoTopBlockConfig", "P6P7TopBlockConfig", "TopBlockConfig"]


@frozen(kw_only=True)
class TopBlockConfig(ComponentConfig):
    """Coarser levels than the trunk has, each half the size of the one before."""

    group: ClassVar[str] = "det_plugin_backbones.top_blocks"
    num_levels: ClassVar[int]
    """How many levels the block adds."""

    in_feature: str | None = field(default=None, validator=optional(not_empty))
    """The map to start from, of the pyramid or of its trunk; left out: the pyramid's coarsest."""

    def check(self, *, in_channels: int, out_channels: int) -> list[Problem]:
        """Everything wrong with starting from a map of ``in_channels`` in a pyramid of ``out_channels``."""
        return []

    @abstractmethod
    def build(self, *, in_channels: int, out_channels: int) -> "TopBlock":
        """The block for a map of ``in_channels`` in a pyramid of ``out_channels``."""


@frozen(kw_only=True)
class NoTopBlockConfig(TopBlockConfig):
    """Nothing on top: the pyramid ends with the trunk."""

    num_levels: ClassVar[int] = 0

    def __attrs_post_init__(self) -> None:
        if self.in_feature is not None:
            raise ValueError(f"'in_feature' ({self.in_feature!r}) has no effect where there is no top block")

    def build(self, *, in_channels: int, out_channels: int) -> "TopBlock":
        from det_plugin_backbones.top_block import NoTopBlock

        return NoTopBlock()


@frozen(kw_only=True)
class MaxPoolTopBlockConfig(TopBlockConfig):
    """One level more, for large anchors only: every second pixel of the coarsest, as in the FPN paper."""

    num_levels: ClassVar[int] = 1

    def check(self, *, in_channels: int, out_channels: int) -> list[Problem]:
        if in_channels == out_channels:
            return []
        message = f"passes on the {in_channels} channels of its map, but the pyramid has {out_channels}; leave it out"
        return [Problem(message, ("in_feature",))]

    def build(self, *, in_channels: int, out_channels: int) -> "TopBlock":
        from det_plugin_backbones.top_block import MaxPoolTopBlock

        return MaxPoolTopBlock()


@frozen(kw_only=True)
class P6P7TopBlockConfig(TopBlockConfig):
    """Two levels more, by convolutions with stride 2, as in RetinaNet: https://arxiv.org/abs/1708.02002.

    RetinaNet's published models start from the trunk (``in_feature = "res5"``), those of FCOS from ``"p5"``.
    """

    num_levels: ClassVar[int] = 2

    def build(self, *, in_channels: int, out_channels: int) -> "TopBlock":
        from det_plugin_backbones.top_block import P6P7TopBlock

        return P6P7TopBlock(in_channels=in_channels, out_channels=out_channels)
