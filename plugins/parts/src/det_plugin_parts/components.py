"""Component base classes of the parts that other plugins may offer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from jaxtyping import Float, Int
from torch import Tensor, nn

__all__ = ["IGNORED", "NEGATIVE", "POSITIVE", "AnchorGenerator", "Assigner", "Assignment", "BoxCoder", "ROIPooler"]

POSITIVE: Final = 1
"""Label of a box that learns its matched object."""

NEGATIVE: Final = 0
"""Label of a box that learns that there is no object."""

IGNORED: Final = -1
"""Label of a box that learns nothing."""


class Assignment(NamedTuple):
    """What every box of one picture shall learn."""

    matches: Int[Tensor, " box"]
    """Index of the best ground-truth box, whatever the label says; 0 where the picture has none."""

    labels: Int[Tensor, " box"]
    """``POSITIVE``, ``NEGATIVE`` or ``IGNORED``."""


class AnchorGenerator(nn.Module, ABC):
    """Lays anchors over feature maps."""

    num_anchors: tuple[int, ...]
    """Anchors at each position, level by level."""

    @abstractmethod
    def forward(self, maps: Sequence[Float[Tensor, "image channel _ _"]]) -> list[Float[Tensor, "_ 4"]]:
        """The anchors of each level, ``x1 y1 x2 y2`` in input pixels; order: y, x, anchor of the position."""


class Assigner(ABC):
    """Turns overlaps into an :class:`Assignment`."""

    @abstractmethod
    def __call__(self, overlaps: Float[Tensor, "gt box"]) -> Assignment:
        """The assignment, from the IoU of every ground-truth box with every box; there may be none of either."""


class BoxCoder(ABC):
    """Tells a box relative to a reference box, and back."""

    @abstractmethod
    def encode(self, boxes: Float[Tensor, "box 4"], targets: Float[Tensor, "box 4"]) -> Float[Tensor, "box 4"]:
        """The deltas that lead from ``boxes`` to ``targets``."""

    @abstractmethod
    def decode(
        self, deltas: Float[Tensor, "*box deltas"], boxes: Float[Tensor, "*box 4"]
    ) -> Float[Tensor, "*box deltas"]:
        """The boxes that ``deltas`` lead to; a row of ``deltas`` may hold several times four numbers."""


class ROIPooler(nn.Module, ABC):
    """Cuts one small feature map out for every box."""

    @abstractmethod
    def forward(
        self,
        maps: Sequence[Float[Tensor, "image channel _ _"]],
        boxes: Float[Tensor, "box 4"],
        image_index: Int[Tensor, " box"],
    ) -> Float[Tensor, "box channels size size"]:
        """Pooled features of ``boxes`` (input pixels), each from the picture that ``image_index`` says."""

    @abstractmethod
    def laid_out(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The same maps in the memory layout that they are read fastest in.

        Heads that pool several times from the same maps ask for it once, so that they are not copied each time.
        """
