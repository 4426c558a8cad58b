"""What dense losses are divided by: the number of positive anchors, smoothed over steps.

Differs from RetinaNet's paper, which divides by the step's own number.
"""

import torch
from torch import Tensor, nn

__all__ = ["RunningNormaliser"]


class RunningNormaliser(nn.Module):
    """A running mean of counts; it is no weight, but a run that goes on needs it."""

    value: Tensor

    def __init__(self, *, initial: float, momentum: float) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("value", torch.tensor(float(initial)), persistent=False)

    @torch.no_grad()
    def forward(self, count: Tensor) -> Tensor:
        """The mean, now that ``count`` (at least 1 is counted) has been seen; a copy, which later steps leave alone."""
        self.value.lerp_(count.to(self.value).clamp(min=1), 1 - self.momentum)
        return self.value.clone()
