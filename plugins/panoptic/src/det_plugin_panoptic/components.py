"""What semantic and panoptic models are made of, and what they return."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from jaxtyping import Float, Int
from torch import Tensor, nn

from detcore.interfaces import Losses
from detcore.structures import Detections

__all__ = ["PanopticPredictions", "SemanticHead", "SemanticPredictions"]


class SemanticPredictions(NamedTuple):
    """What is at every place of a padded batch."""

    sem_seg_logits: Float[Tensor, "image class height width"]
    """At the head's stride."""


class PanopticPredictions(NamedTuple):
    """The same, and what a detector finds: the columns of :class:`Detections`, in its pixels and its order."""

    sem_seg_logits: Float[Tensor, "image class height width"]
    boxes: Float[Tensor, "detection 4"]
    scores: Float[Tensor, " detection"]
    classes: Int[Tensor, " detection"]
    image_index: Int[Tensor, " detection"]
    mask_probs: Float[Tensor, "detection side side"] | None
    keypoint_heatmaps: Float[Tensor, "detection keypoint size size"] | None

    @property
    def detections(self) -> Detections:
        """The detector's share."""
        return Detections(*self[1:])


class SemanticHead(nn.Module, ABC):
    """Feature maps to logits of every class at every place."""

    stride: int
    """Pixels of the padded picture per place, along either axis."""

    @abstractmethod
    def forward(self, features: dict[str, Tensor]) -> Float[Tensor, "image class height width"]:
        """The logits."""

    @abstractmethod
    def losses(self, features: dict[str, Tensor], label_maps: Sequence[Int[Tensor, "_ _"]]) -> Losses:
        """Losses of a batch; a map has the size of its picture before padding, and may hold no label to learn."""
