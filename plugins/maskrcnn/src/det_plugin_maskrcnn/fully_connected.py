"""The fully connected layer that box heads and mask heads are made of."""

from torch import nn

__all__ = ["fully_connected"]


def fully_connected(inputs: int, outputs: int) -> nn.Linear:
    """From ``inputs`` to ``outputs`` numbers, filled as Detectron2 fills those of its heads."""
    layer = nn.Linear(inputs, outputs)
    nn.init.kaiming_uniform_(layer.weight, a=1)
    nn.init.zeros_(layer.bias)
    return layer
