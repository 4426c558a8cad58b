"""How many multiply-adds a prediction takes, counted by torch's own counter while it is gone through."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

__all__ = ["count_multiply_adds"]

OPERATIONS: Final = 2
"""What torch's counter counts for a multiply-add."""


def count_multiply_adds(model: nn.Module, work: Callable[..., object], columns: Sequence[Tensor]) -> Mapping[str, int]:
    """Multiply-adds of convolutions, products of matrices and attention in ``work(*columns)``, by module of ``model``.

    Modules are named as in the names of parameters, the whole as ``""``; one that does not run, or computes otherwise,
    is left out. What is counted and how is said by :class:`torch.utils.flop_counter.FlopCounterMode`, to which only
    deformable convolutions are added.
    """
    counter = FlopCounterMode(display=False, custom_mapping=_formulas())
    traced = _Traced(model, work)
    with counter:
        traced(*columns)
    prefix = f"{_Traced.__name__}.model."
    counted = {name: sum(counts.values()) // OPERATIONS for name, counts in counter.get_flop_counts().items()}
    inside = {name.removeprefix(prefix): count for name, count in counted.items() if name.startswith(prefix)}
    return {"": counted.get("Global", 0), **inside}


class _Traced(nn.Module):
    """A method of a model as a call that torch's counter can follow down to the model's parts."""

    def __init__(self, model: nn.Module, work: Callable[..., object]) -> None:
        super().__init__()
        self.model = model
        self._work = work

    def forward(self, *columns: Tensor) -> object:
        return self._work(*columns)


def _formulas() -> dict[Any, Callable[..., int]]:
    """By operator, what torch does not know; empty where no model has brought the operator with it."""
    name = "deform_conv2d"
    return {getattr(torch.ops.torchvision, name): _deformed} if hasattr(torch.ops.torchvision, name) else {}


def _deformed(picture: Sequence[int], weight: Sequence[int], *_: object, out_shape: Sequence[int], **__: object) -> int:
    """As for an ordinary convolution; where the samples lie is another's work, and finding their values not counted."""
    return OPERATIONS * prod(out_shape) * prod(weight[1:])
