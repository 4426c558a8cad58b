"""A random, balanced choice of boxes to learn from.

Fast R-CNN, section 2.3: https://arxiv.org/abs/1504.08083
"""

import torch
from jaxtyping import Int
from torch import Tensor

from det_plugin_parts.components import NEGATIVE, POSITIVE

__all__ = ["sample_balanced"]


def sample_balanced(
    labels: Int[Tensor, " box"], *, batch_size: int, positive_fraction: float
) -> tuple[Int[Tensor, " positive"], Int[Tensor, " negative"]]:
    """Indices of positive and of negative boxes, ``batch_size`` together where there are enough.

    At most ``positive_fraction`` of ``batch_size`` are positive; negatives fill the rest. Drawn without replacement
    from torch's default generator. Where all of a kind are taken they stay in order and nothing is drawn.
    """
    positive = (labels == POSITIVE).nonzero().squeeze(1)
    negative = (labels == NEGATIVE).nonzero().squeeze(1)
    positive = _some(positive, int(batch_size * positive_fraction))
    return positive, _some(negative, batch_size - len(positive))


def _some(rows: Tensor, count: int) -> Tensor:
    if len(rows) <= count:
        return rows
    return rows[torch.randperm(len(rows), device=rows.device)[:count]]
