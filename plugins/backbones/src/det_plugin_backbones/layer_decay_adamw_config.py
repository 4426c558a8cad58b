"""Settings of AdamW with a learning rate that falls from block to block of a transformer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, le, lt

from detcore.specs import finite, of_length
from detcore.training import DecayedOptimizerConfig

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

__all__ = ["LayerDecayAdamWConfig"]


@frozen(kw_only=True)
class LayerDecayAdamWConfig(DecayedOptimizerConfig):
    """AdamW, where the blocks of a transformer trunk learn the more slowly the nearer they are to the picture.

    As ViTDet is trained: https://arxiv.org/abs/2203.16527, after BEiT: https://arxiv.org/abs/2106.08254
    """

    lr: float = field(default=1e-4, validator=and_(finite, gt(0)))
    """Learning rate, at multiplier 1 of the schedule, of everything that is not a block of the trunk."""

    block_decay: float = field(default=0.7, validator=and_(gt(0), le(1)))
    """Each block learns with this multiple of the rate of the one after it, the last with this multiple of ``lr``;
    patches and positions come before the first: 0.7, 0.8 and 0.9 for ViT-B, L and H."""

    betas: tuple[float, float] = field(
        default=(0.9, 0.999), validator=and_(of_length(2), deep_iterable(and_(ge(0), lt(1))))
    )
    """Memory of the gradient's mean and of its square."""

    weight_decay: float = field(default=0.1, validator=and_(finite, ge(0)))
    """Pull towards zero, as a multiple of the weight and the learning rate."""

    weight_decay_positions: float = field(default=0.0, validator=and_(finite, ge(0)))
    """``weight_decay`` for absolute positions."""

    def build(self, *, parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]") -> "Optimizer":
        """A ``torch.optim.AdamW`` with one group per learning rate and weight decay, fastest first.

        Raises:
            ConfigError: the model has no transformer as its trunk.
        """
        from torch.optim import AdamW

        from det_plugin_backbones.block_rates import sorted_by_rate

        groups = [
            group
            for factor, are_positions, some in sorted_by_rate(parameters, decay=self.block_decay)
            for group in self.groups(
                some,
                lr=self.lr * factor,
                weight_decay=self.weight_decay_positions if are_positions else self.weight_decay,
            )
        ]
        return AdamW(groups, lr=self.lr, betas=self.betas, fused=True)
