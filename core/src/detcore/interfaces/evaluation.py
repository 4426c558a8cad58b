"""Component base class of evaluators."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Union

from detcore.structures import ModelInput, ModelOutput

__all__ = ["EvaluationResult", "Evaluator", "State"]

EvaluationResult = Mapping[str, Union[float, "EvaluationResult"]]
"""Nested names to floats: ``{"bbox": {"AP": 61.2, "per_class": {"circle": 70.1}}}``; percent.

NaN where there was nothing to measure; ``detcore.evaluation.without_nan`` makes it ready for JSON.
"""

State = object
"""Whatever an evaluator remembers, picklable, so that ranks can send it to each other."""


class Evaluator(ABC):
    """Collects predictions beside their ground truth, then says how good they are."""

    @abstractmethod
    def reset(self) -> None:
        """Forget everything seen."""

    @abstractmethod
    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        """Remember a batch. Ground truth is ``inputs[i]["annotations"]``, in pixels of the stored picture."""

    @abstractmethod
    def state(self) -> State:
        """What has been remembered since ``reset``."""

    @abstractmethod
    def merge(self, states: Sequence[State]) -> None:
        """Replace what is remembered by these states together; one seen twice (padding of ranks) counts once."""

    @abstractmethod
    def evaluate(self) -> EvaluationResult:
        """The measure of everything remembered; defined, not an error, for no pictures and no detections."""
