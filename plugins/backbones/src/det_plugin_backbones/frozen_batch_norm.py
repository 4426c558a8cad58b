"""Batch norm that has stopped learning.

A detector fine-tuned with two pictures per GPU cannot estimate batch statistics, so Detectron and its successor keep
those of the pretrained classifier: https://arxiv.org/abs/1611.10012, and the ``FrozenBN`` of the published models.
"""

from typing import TypeGuard

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["FixableNorm", "FrozenBatchNorm2d", "is_fixed", "scale_and_shift"]


class FrozenBatchNorm2d(nn.Module):
    """``x · scale + shift`` per channel, from four buffers named as in the published checkpoints.

    Nothing here is a parameter and nothing depends on training mode. Freshly made it is the identity: the variance
    starts at ``1 - eps``. ``has_counter``: it also carries along the ``num_batches_tracked`` of the batch norm it
    stands for, which nothing reads, because checkpoints of models with one hold it.
    """

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, *, has_counter: bool = False) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.register_buffer("weight", torch.ones(num_features))
        self.register_buffer("bias", torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features) - eps)
        if has_counter:
            self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x: Float[Tensor, "image channel height width"]) -> Float[Tensor, "image channel height width"]:
        scale, shift = scale_and_shift(self)
        return x * scale.to(x.dtype).view(1, -1, 1, 1) + shift.to(x.dtype).view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}"


FixableNorm = FrozenBatchNorm2d | nn.BatchNorm2d | nn.SyncBatchNorm
"""Norms that multiply and shift each channel by fixed numbers, always or outside training."""


def scale_and_shift(norm: FixableNorm) -> tuple[Float[Tensor, " channel"], Float[Tensor, " channel"]]:
    """What a batch norm with fixed statistics multiplies each channel by, and then adds."""
    assert norm.running_mean is not None, "batch norms here keep running statistics"
    assert norm.running_var is not None, "batch norms here keep running statistics"
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    return scale, norm.bias - norm.running_mean * scale


def is_fixed(norm: nn.Module) -> TypeGuard[FixableNorm]:
    """Whether the norm does the same to every batch: always if it is frozen, else outside training."""
    return isinstance(norm, FrozenBatchNorm2d) or (isinstance(norm, FixableNorm) and not norm.training)
