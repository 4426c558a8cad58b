"""How the values of weights and gradients are distributed, as W&B draws it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

if TYPE_CHECKING:
    import wandb

__all__ = ["histograms"]

_BINS = 64


def histograms(model: nn.Module, what: str) -> "dict[str, wandb.Histogram]":
    """A histogram of each parameter, of its gradient, or of both, under the names that ``wandb.watch`` gives them.

    That function puts hooks on tensors, and on a call of the model that training here does not make (it calls
    ``losses``): parameters would never be logged. What a step leaves behind can be read without.
    """
    import wandb

    return {
        name: wandb.Histogram(np_histogram=np.histogram(values, _BINS))
        for name, values in _values(model, what)
        if len(values)
    }


def _values(model: nn.Module, what: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, parameter in model.named_parameters():
        if what in ("gradients", "all") and parameter.grad is not None:
            yield f"gradients/{name}", _finite(parameter.grad)
        if what in ("parameters", "all"):
            yield f"parameters/{name}", _finite(parameter)


def _finite(tensor: Tensor) -> NDArray[np.float32]:
    """What a histogram can count."""
    values: NDArray[np.float32] = tensor.detach().flatten().float().cpu().numpy()
    return values[np.isfinite(values)]
