"""The normalisation layers a config can name."""

from enum import StrEnum

__all__ = ["Norm"]


class Norm(StrEnum):
    """What follows a convolution."""

    NONE = "none"
    """Nothing; the convolution has a bias instead."""

    BATCH = "batch"
    """Batch norm: statistics of the local batch in training, running averages otherwise."""

    SYNC_BATCH = "sync-batch"
    """Batch norm with statistics over all ranks; the same as ``batch`` where there is one process."""

    FROZEN_BATCH = "frozen-batch"
    """Batch norm whose statistics and affine parameters never change: for fine-tuning pretrained weights."""

    GROUP = "group"
    """Group norm, 32 groups: independent of the batch, so it trains from scratch with few pictures a step."""

    LAYER = "layer"
    """Layer norm over the channels of each pixel: the norm of transformers, and of the pyramid and heads over them."""
