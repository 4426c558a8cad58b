"""Settings of the running average of weights."""

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import and_, gt, lt

from detcore.specs import TrainerHookConfig

if TYPE_CHECKING:
    from detcore.interfaces import TrainerHook

__all__ = ["EMAConfig"]


@frozen(kw_only=True)
class EMAConfig(TrainerHookConfig):
    """A running average of the weights, which is what is evaluated and kept as the result."""

    weight_copies: ClassVar[int] = 1

    decay: float = field(default=0.9998, validator=and_(gt(0), lt(1)))
    """Share of the average that survives a step. Early in a run it is lower: ``(1 + step) / (10 + step)``."""

    def build(self) -> "TrainerHook":
        """The hook."""
        from detcore.training.ema import EMA

        return EMA(decay=self.decay)
