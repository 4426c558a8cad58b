"""Config base classes of the parts that other plugins may offer.

What they build is in ``det_plugin_parts.components``.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import ComponentConfig, Problem

if TYPE_CHECKING:
    from det_plugin_parts.components import AnchorGenerator, Assigner, BoxCoder, ROIPooler

__all__ = ["AnchorGeneratorConfig", "AssignerConfig", "BoxCoderConfig", "ROIPoolerConfig"]


@frozen(kw_only=True)
class AnchorGeneratorConfig(ComponentConfig):
    """Where the boxes are that a dense head starts from."""

    group: ClassVar[str] = "det_plugin_parts.anchor_generators"

    def check(self, strides: Sequence[int]) -> list[Problem]:
        """Everything wrong with the way the settings fit feature maps of these strides, finest first."""
        return []

    @abstractmethod
    def num_anchors(self, num_levels: int) -> tuple[int, ...] | None:
        """Anchors at each position, level by level; ``None`` where that cannot be known before it is built."""

    @abstractmethod
    def build(self, *, strides: Sequence[int]) -> "AnchorGenerator":
        """The generator for feature maps of these strides, finest first."""


@frozen(kw_only=True)
class AssignerConfig(ComponentConfig):
    """Which ground-truth box, if any, each box shall learn."""

    group: ClassVar[str] = "det_plugin_parts.assigners"

    @abstractmethod
    def build(self) -> "Assigner":
        """The assigner."""


@frozen(kw_only=True)
class BoxCoderConfig(ComponentConfig):
    """How a box is told relative to another one."""

    group: ClassVar[str] = "det_plugin_parts.box_coders"

    @abstractmethod
    def build(self) -> "BoxCoder":
        """The coder."""


@frozen(kw_only=True)
class ROIPoolerConfig(ComponentConfig):
    """Feature maps and boxes to one small feature map per box."""

    group: ClassVar[str] = "det_plugin_parts.roi_poolers"

    output_size: int = field(default=7, validator=ge(1))
    """Height and width of the pooled feature map."""

    def check(self, strides: Sequence[int]) -> list[Problem]:
        """Everything wrong with the way the settings fit feature maps of these strides, finest first.

        A problem without a path is about the strides themselves, so about whoever chose the maps.
        """
        return []

    def pooled_channels(self, channels: int) -> int:
        """Channels of the pooled feature map, where each map that is pooled from has ``channels``."""
        return channels

    @abstractmethod
    def build(self, *, strides: Sequence[int]) -> "ROIPooler":
        """The pooler for feature maps of these strides, finest first."""
