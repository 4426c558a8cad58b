"""Component base classes of what a training run is made of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from detcore.specs import RunState

__all__ = ["Schedule", "TrainerHook", "Writer"]


@runtime_checkable
class Schedule(Protocol):
    """The learning rate over a run, as a multiple of the optimizer's own."""

    def __call__(self, progress: float, step: int) -> float:
        """The multiplier at ``progress`` in [0, 1] through the run, which is optimizer step ``step`` (from 0).

        ``step`` is for warm-up, whose length is a number of steps however long the run is.
        """


class TrainerHook(ABC):
    """Something that happens at certain points of a run. Every method may be left out."""

    def before_training(self, run: RunState) -> None:
        """Once, with the model built and any checkpoint loaded."""

    def before_step(self, run: RunState) -> None:
        """Before the forward pass of an optimizer step."""

    def after_step(self, run: RunState) -> None:
        """After the optimizer has stepped; ``run.metrics`` holds this step's losses."""

    def before_evaluation(self, run: RunState) -> None:
        """Before the model predicts for evaluation."""

    def after_evaluation(self, run: RunState, results: Mapping[str, Any]) -> None:
        """With the evaluators' results."""

    def after_training(self, run: RunState) -> None:
        """Once, also when the run ends early by an error or an interrupt."""

    def evaluation_weights(self) -> Mapping[str, Tensor] | None:
        """Weights to evaluate, and to keep as the result, instead of the model's own; ``None``: the model's own."""
        return None

    def state_dict(self) -> dict[str, Tensor]:
        """What must be in a checkpoint for an exact resume."""
        return {}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from ``state_dict``'s tensors."""


class Writer(ABC):
    """A place that metrics and pictures are written to."""

    @abstractmethod
    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Numbers by name, at an optimizer step."""

    def image(self, step: int, name: str, image: NDArray[np.uint8]) -> None:
        """An H×W×3 RGB picture."""

    def histogram(self, step: int, name: str, values: NDArray[Any]) -> None:
        """A set of values whose distribution is of interest."""

    def close(self) -> None:
        """Write what is buffered."""
