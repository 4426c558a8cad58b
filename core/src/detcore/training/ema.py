"""A running average of a model's weights.

Polyak averaging with an exponential window; the warm-up of the decay is that of TensorFlow's
``ExponentialMovingAverage(num_updates=…)``, without which short runs would be judged by their initial weights.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from detcore.interfaces import RunState, TrainerHook

__all__ = ["EMA"]


class EMA(TrainerHook):
    """Averages every floating-point tensor of the state dict after each step; the others are taken as they are."""

    def __init__(self, *, decay: float) -> None:
        self.decay = decay
        self.average: dict[str, Tensor] = {}

    def before_training(self, run: RunState) -> None:
        """Start from the weights the run starts from, unless a checkpoint brought an average."""
        device = next(iter(run.model.state_dict().values())).device
        if not self.average:
            self.average = {name: tensor.detach().clone() for name, tensor in run.model.state_dict().items()}
        self.average = {name: tensor.to(device) for name, tensor in self.average.items()}

    @torch.no_grad()
    def after_step(self, run: RunState) -> None:
        """Move the average towards the new weights."""
        decay = min(self.decay, (1 + run.step) / (10 + run.step))
        for name, tensor in run.model.state_dict().items():
            if tensor.is_floating_point():
                self.average[name].lerp_(tensor, 1 - decay)
            else:
                self.average[name].copy_(tensor)

    def evaluation_weights(self) -> Mapping[str, Tensor]:
        """The average."""
        return self.average

    def state_dict(self) -> dict[str, Tensor]:
        """The average."""
        return dict(self.average)

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from a checkpoint's average."""
        self.average = dict(state)
