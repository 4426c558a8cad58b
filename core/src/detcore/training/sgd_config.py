"""Settings of stochastic gradient descent."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, gt, lt

from detcore.specs import finite
from detcore.training.decay_config import DecayedOptimizerConfig

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

__all__ = ["SGDConfig"]


@frozen(kw_only=True)
class SGDConfig(DecayedOptimizerConfig):
    """Stochastic gradient descent with momentum; norm layers are not decayed unless asked for."""

    lr: float = field(default=0.02, validator=and_(finite, gt(0)))
    """Learning rate at multiplier 1 of the schedule."""

    momentum: float = field(default=0.9, validator=and_(ge(0), lt(1)))
    """Share of the last step that the next one keeps."""

    nesterov: bool = False
    """Whether the gradient is taken where the momentum would lead."""

    weight_decay: float = field(default=1e-4, validator=and_(finite, ge(0)))
    """Pull towards zero, as a multiple of the weight."""

    lr_factor_bias: float = field(default=1.0, validator=and_(finite, gt(0)))
    """Biases learn with this multiple of ``lr``."""

    def __attrs_post_init__(self) -> None:
        if self.nesterov and self.momentum == 0:
            raise ValueError("'nesterov' needs a 'momentum' above 0, found 0")

    def build(self, *, parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]") -> "Optimizer":
        """A ``torch.optim.SGD`` with one group per pair of learning rate and decay."""
        from torch.optim import SGD

        groups = self.groups(parameters, lr=self.lr, weight_decay=self.weight_decay, lr_factor_bias=self.lr_factor_bias)
        return SGD(groups, lr=self.lr, momentum=self.momentum, nesterov=self.nesterov)
