"""Weighted sums of rows of a table, which is what every pooling of feature maps is made of.

Each sum is of a few rows, each row's gradient a weighted sum of a few gradients. Both are what ``embedding_bag``
computes, on all threads and channels last.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import embedding_bag

from det_plugin_parts.graph_recording import is_recording

__all__ = ["can_bag", "weighted_sums"]


def can_bag(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether ``embedding_bag`` may do the work: eagerly, on a CPU, in float32."""
    return device.type == "cpu" and dtype == torch.float32 and not is_recording()


def weighted_sums(
    rows: Float[Tensor, "row channel"], index: Int[Tensor, "sum each"], weights: Float[Tensor, "sum each"]
) -> Float[Tensor, "sum channel"]:
    """``sums[i] = Σ weights[i, k] · rows[index[i, k]]``; only ``rows`` has a gradient."""
    if can_bag(rows.device, rows.dtype):
        sums: Tensor = _WeightedSums.apply(rows, index, weights)
        return sums
    return torch.einsum("sec,se->sc", rows[index], weights.to(rows.dtype))


class _WeightedSums(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, index: Tensor, weights: Tensor) -> Tensor:
        ctx.save_for_backward(index, weights)
        ctx.num_rows = rows.shape[0]
        return embedding_bag(index, rows, per_sample_weights=weights, mode="sum")

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        index, weights = ctx.saved_tensors
        flat = index.flatten()
        order = flat.argsort(stable=True)
        uses = torch.bincount(flat, minlength=ctx.num_rows)
        sums = embedding_bag(
            order // index.shape[1],
            gradient.contiguous(),
            offsets=uses.cumsum(0) - uses,
            per_sample_weights=weights.flatten()[order],
            mode="sum",
        )
        return sums, None, None
