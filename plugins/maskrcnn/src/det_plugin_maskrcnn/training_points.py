"""At which points of a mask a training step looks.

PointRend, section 3.1 and figure 4: https://arxiv.org/abs/1912.08193
"""

from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_parts import sample_own_maps

__all__ = ["TrainingPoints", "UncertainPoints"]


class TrainingPoints(ABC):
    """Chooses points in the frames of boxes."""

    @abstractmethod
    def __call__(self, logits: Float[Tensor, "box side side"]) -> Float[Tensor, "box point 2"]:
        """Points ``x y`` from 0 to 1, equally many in each box; ``logits`` are a coarse mask over it."""


class UncertainPoints(TrainingPoints):
    """Many random points, of which the least certain stay, and some more that are only random."""

    def __init__(self, *, num_points: int, oversampling: float, uncertain_fraction: float) -> None:
        self.num_points = num_points
        self.num_drawn = int(num_points * oversampling)
        self.num_uncertain = int(num_points * uncertain_fraction)

    @torch.no_grad()
    def __call__(self, logits: Float[Tensor, "box side side"]) -> Float[Tensor, "box point 2"]:
        drawn = torch.rand(len(logits), self.num_drawn, 2, device=logits.device)
        certainty = sample_own_maps(logits[:, None], drawn)[:, 0].abs()
        least = certainty.topk(self.num_uncertain, dim=1, largest=False).indices
        uncertain = drawn.gather(1, least[..., None].expand(-1, -1, 2))
        others = torch.rand(len(logits), self.num_points - self.num_uncertain, 2, device=logits.device)
        return torch.cat([uncertain, others], dim=1)
