"""Settings of Adam with decoupled weight decay."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, lt, optional

from detcore.specs import OptimizerConfig

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

__all__ = ["AdamWConfig"]


@frozen(kw_only=True)
class AdamWConfig(OptimizerConfig):
    """AdamW: https://arxiv.org/abs/1711.05101; norm layers are not decayed unless asked for."""

    lr: float = field(default=1e-4, validator=gt(0))
    """Learning rate at multiplier 1 of the schedule."""

    betas: tuple[float, float] = field(default=(0.9, 0.999), validator=deep_iterable(and_(ge(0), lt(1))))
    """Memory of the gradient's mean and of its square."""

    weight_decay: float = field(default=0.05, validator=ge(0))
    """Pull towards zero, as a multiple of the weight and the learning rate."""

    weight_decay_norm: float = field(default=0.0, validator=ge(0))
    """The same for weights and biases of normalisation layers."""

    weight_decay_bias: float | None = field(default=None, validator=optional(ge(0)))
    """The same for biases of all other layers; left out: as ``weight_decay``."""

    def build(self, *, parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]") -> "Optimizer":
        """A ``torch.optim.AdamW`` with one group per weight decay."""
        from torch.optim import AdamW

        from detcore.training.parameter_grouping import parameter_groups

        groups = parameter_groups(
            parameters,
            lr=self.lr,
            weight_decay=self.weight_decay,
            weight_decay_norm=self.weight_decay_norm,
            weight_decay_bias=self.weight_decay_bias,
            lr_factor_bias=1.0,
        )
        return AdamW(groups, lr=self.lr, betas=self.betas, fused=True)
