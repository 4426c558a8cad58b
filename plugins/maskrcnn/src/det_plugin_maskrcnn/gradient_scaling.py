"""A factor for gradients alone.

Cascade R-CNN: https://arxiv.org/abs/1712.00726 says nothing of it; published models were trained so.
"""

from typing import Any, cast

import torch
from torch import Tensor

__all__ = ["scale_gradient"]


def scale_gradient(x: Tensor, factor: float) -> Tensor:
    """``x`` as it is, whose gradient will be multiplied by ``factor``."""
    return cast(Tensor, _Scaled.apply(x, factor)) if x.requires_grad else x


class _Scaled(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, factor: float) -> Tensor:
        context.factor = factor
        return x.view_as(x)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient * context.factor, None
