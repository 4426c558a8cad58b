"""Settings of weight decay, which optimizers share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, optional

from detcore.specs import OptimizerConfig, finite

if TYPE_CHECKING:
    from torch import nn

    from detcore.training.parameter_grouping import ParameterGroup

__all__ = ["DecayedOptimizerConfig"]


@frozen(kw_only=True)
class DecayedOptimizerConfig(OptimizerConfig):
    """An optimizer that pulls weights towards zero, and those of norm layers by a factor of their own."""

    weight_decay_norm: float = field(default=0.0, validator=and_(finite, ge(0)))
    """``weight_decay`` for weights and biases of normalisation layers."""

    weight_decay_bias: float | None = field(default=None, validator=optional(and_(finite, ge(0))))
    """``weight_decay`` for biases of all other layers; left out: the same."""

    def groups(
        self,
        parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]",
        *,
        lr: float,
        weight_decay: float,
        lr_factor_bias: float = 1.0,
    ) -> "list[ParameterGroup]":
        """One group of parameters per pair of learning rate and decay."""
        from detcore.training.parameter_grouping import parameter_groups

        return parameter_groups(
            parameters,
            lr=lr,
            weight_decay=weight_decay,
            weight_decay_norm=self.weight_decay_norm,
            weight_decay_bias=self.weight_decay_bias,
            lr_factor_bias=lr_factor_bias,
        )
