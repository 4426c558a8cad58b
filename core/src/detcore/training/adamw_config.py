"""Settings of Adam with decoupled weight decay."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, lt

from detcore.specs import finite, of_length
from detcore.training.decay_config import DecayedOptimizerConfig

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

__all__ = ["AdamWConfig"]


@frozen(kw_only=True)
class AdamWConfig(DecayedOptimizerConfig):
    """AdamW: https://arxiv.org/abs/1711.05101; norm layers are not decayed unless asked for."""

    lr: float = field(default=1e-4, validator=and_(finite, gt(0)))
    """Learning rate at multiplier 1 of the schedule."""

    betas: tuple[float, float] = field(
        default=(0.9, 0.999), validator=and_(of_length(2), deep_iterable(and_(ge(0), lt(1))))
    )
    """Memory of the gradient's mean and of its square."""

    weight_decay: float = field(default=0.05, validator=and_(finite, ge(0)))
    """Pull towards zero, as a multiple of the weight and the learning rate."""

    def build(self, *, parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]") -> "Optimizer":
        """A ``torch.optim.AdamW`` with one group per weight decay."""
        from torch.optim import AdamW

        groups = self.groups(parameters, lr=self.lr, weight_decay=self.weight_decay)
        return AdamW(groups, lr=self.lr, betas=self.betas, fused=True)
