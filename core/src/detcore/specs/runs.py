"""What may be seen of a run from outside, by whatever acts at certain points of it."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import nn

__all__ = ["RunState"]


@runtime_checkable
class RunState(Protocol):
    """What hooks may see of a run."""

    @property
    def model(self) -> "nn.Module":
        """The model in training."""

    @property
    def step(self) -> int:
        """Optimizer steps done."""

    @property
    def total_steps(self) -> int:
        """Optimizer steps of the whole run."""

    @property
    def epoch(self) -> float:
        """Epochs done; whole after the last picture of an epoch."""

    metrics: dict[str, float]
    """Scalars of the current step; a hook may add to them before they are written."""
