"""What a dense detector is made of, and passes from part to part."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from det_plugin_parts import Assignment

__all__ = ["DenseAssigner", "DenseMaps", "DensePredictions"]


class DenseMaps(NamedTuple):
    """What the head says, level by level, as maps; channels are (anchor, number)."""

    logits: list[Float[Tensor, "image _ _ _"]]
    deltas: list[Float[Tensor, "image _ _ _"]]
    centreness: list[Float[Tensor, "image _ _ _"]] | None
    """Logits; ``None``: the head does not predict it."""


class DensePredictions(NamedTuple):
    """The same of one level, or of all, as rows in the order of the anchors."""

    logits: Float[Tensor, "image anchor class"]
    deltas: Float[Tensor, "image anchor 4"]
    centreness: Float[Tensor, "image anchor"] | None


class DenseAssigner(ABC):
    """Turns anchors and objects into an :class:`Assignment`."""

    @abstractmethod
    def __call__(self, anchors: Sequence[Float[Tensor, "_ 4"]], gt_boxes: Float[Tensor, "gt 4"]) -> Assignment:
        """What every anchor of one picture learns, all levels end to end; there may be no object."""
