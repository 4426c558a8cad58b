"""Config base classes of what a training run is made of."""

from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs.component import ComponentConfig
from detcore.specs.problems import Problem

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

    from detcore.interfaces import Schedule, TrainerHook, Writer

__all__ = ["OptimizerConfig", "ScheduleConfig", "TrainerHookConfig", "WriterConfig"]


@frozen(kw_only=True)
class OptimizerConfig(ComponentConfig):
    """The rule that turns gradients into steps."""

    group: ClassVar[str] = "detcore.optimizers"

    @abstractmethod
    def build(self, *, parameters: "Iterable[tuple[str, nn.Parameter, nn.Module]]") -> "Optimizer":
        """A torch optimizer over ``parameters``: name, parameter, and the module that owns it.

        The owner is there because rules such as "no weight decay on norms" ask for it.
        """


@frozen(kw_only=True)
class ScheduleConfig(ComponentConfig):
    """The learning rate over a run, as a multiple of the optimizer's own."""

    group: ClassVar[str] = "detcore.schedules"

    def landmarks(self, total_steps: int) -> dict[int, str]:
        """The optimizer steps of a run at which something happens to the rate, and what; start and end not named."""
        return {total_steps * quarter // 4: f"{quarter}/4 of the run" for quarter in (1, 2, 3)}

    def check(self, total_steps: int) -> Iterable[Problem]:
        """What is doubtful about this schedule in a run of so many steps."""
        return ()

    @abstractmethod
    def build(self) -> "Schedule":
        """Progress to multiplier."""


@frozen(kw_only=True)
class TrainerHookConfig(ComponentConfig):
    """Something that happens at certain points of a run."""

    group: ClassVar[str] = "detcore.trainer_hooks"

    weight_copies: ClassVar[int] = 0
    """How many copies of the model's state the hook holds in memory and writes into every checkpoint."""

    @abstractmethod
    def build(self) -> "TrainerHook":
        """The hook."""


@frozen(kw_only=True)
class WriterConfig(ComponentConfig):
    """A place that metrics and pictures are written to."""

    group: ClassVar[str] = "detcore.writers"

    @abstractmethod
    def build(self, *, directory: Path) -> "Writer":
        """A writer into the run directory."""
