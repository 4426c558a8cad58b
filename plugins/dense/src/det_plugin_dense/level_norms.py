"""Batch norm in a head that several levels share."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["LevelNorms"]


class LevelNorms(nn.Module):
    """Statistics of each level's own, one scale and shift for all.

    Maps of different levels differ in their statistics, and running averages over all of them would fit none.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, norms: Sequence[nn.Module], *, channels: int) -> None:
        super().__init__()
        for level, norm in enumerate(norms):
            norm.register_parameter("weight", None)  # the common ones below stand in their place
            norm.register_parameter("bias", None)
            self.add_module(str(level), norm)
        self.weight = nn.Parameter(Tensor(channels).fill_(1.0))
        self.bias = nn.Parameter(Tensor(channels).fill_(0.0))

    def forward(self, x: Float[Tensor, "image channel y x"], level: int) -> Float[Tensor, "image channel y x"]:
        normalised: Tensor = self.get_submodule(str(level))(x)
        return normalised * self.weight[:, None, None] + self.bias[:, None, None]
