"""Component base classes of the heads that other plugins may offer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from detcore.interfaces import Losses
from detcore.structures import Instances

__all__ = ["BoxHead", "KeypointHead", "MaskHead", "Regions", "SampledProposals"]


class Regions(NamedTuple):
    """Where to look and for what; boxes in pixels of the network's input."""

    boxes: Float[Tensor, "box 4"]
    image_index: Int[Tensor, " box"]
    """Position of the picture in the batch."""

    classes: Int[Tensor, " box"]


class SampledProposals(NamedTuple):
    """The boxes that a training step learns from, ordered by picture; boxes in pixels of the network's input."""

    boxes: Float[Tensor, "sample 4"]
    image_index: Int[Tensor, " sample"]
    """Position of the picture in the batch."""

    classes: Int[Tensor, " sample"]
    """What to say of the box; background is the number of classes."""

    target_boxes: Float[Tensor, "sample 4"]
    """The matched object's box; zeros where the picture has no object."""

    target_index: Int[Tensor, " sample"]
    """Position of the matched object among its picture's; means something for foreground only."""

    @property
    def regions(self) -> Regions:
        """Boxes and classes, without what they are compared with."""
        return Regions(self.boxes, self.image_index, self.classes)

    def select(self, rows: Bool[Tensor, " sample"]) -> "SampledProposals":
        """Some of the boxes."""
        return SampledProposals(*(column[rows] for column in self))


class BoxHead(nn.Module, ABC):
    """Pooled features to one vector per box."""

    out_features: int
    """Length of the vector."""

    @abstractmethod
    def forward(self, pooled: Float[Tensor, "box channel size size"]) -> Float[Tensor, "box feature"]:
        """The vectors, in the order of the boxes."""


class MaskHead(nn.Module, ABC):
    """Pooled features, and the feature maps they come from, to one mask per box."""

    @abstractmethod
    def forward(
        self, pooled: Float[Tensor, "box channel size size"], regions: Regions, features: Mapping[str, Tensor]
    ) -> Float[Tensor, "box side side"]:
        """Probability of the box's class at every point of a grid over the box; ``pooled`` are its features."""

    @abstractmethod
    def losses(
        self,
        pooled: Float[Tensor, "box channel size size"],
        samples: SampledProposals,
        targets: Sequence[Instances],
        features: Mapping[str, Tensor],
    ) -> Losses:
        """Losses of foreground ``samples``, whose features are ``pooled``; ``targets`` hold ``gt_masks``.

        There may be no sample at all: the losses are then 0, but connected to every parameter.
        """


class KeypointHead(nn.Module, ABC):
    """Pooled features to one map per keypoint of a box."""

    @abstractmethod
    def forward(self, pooled: Float[Tensor, "box channel size size"]) -> Float[Tensor, "box keypoint side side"]:
        """Logits over the frame of the box; the highest place of a map is its keypoint."""

    @abstractmethod
    def learned(self, samples: SampledProposals, targets: Sequence[Instances]) -> Bool[Tensor, " sample"]:
        """Which foreground samples there is something to learn from; ``targets`` hold ``gt_keypoints``."""

    @abstractmethod
    def losses(
        self, pooled: Float[Tensor, "box channel size size"], samples: SampledProposals, targets: Sequence[Instances]
    ) -> Losses:
        """Losses of ``samples``, whose features are ``pooled``.

        There may be no sample at all: the losses are then 0, but connected to every parameter.
        """
