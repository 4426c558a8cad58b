"""Config base class of evaluators."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs.component import ComponentConfig
from detcore.specs.data import DatasetMetadata
from detcore.specs.problems import Problem

if TYPE_CHECKING:
    from detcore.interfaces import Evaluator

__all__ = ["EvaluatorConfig", "EvaluatorNeeds"]


@frozen(kw_only=True)
class EvaluatorNeeds:
    """What an evaluator reads."""

    outputs: frozenset[str] = frozenset()
    """Keys of the model output, with the field where it matters: ``"instances.pred_masks"``, ``"sem_seg"``."""

    metadata: frozenset[str] = frozenset()
    """Fields of :class:`DatasetMetadata` that must not be empty: ``"classes"``, ``"keypoints"``."""


@frozen(kw_only=True)
class EvaluatorConfig(ComponentConfig):
    """A measure of how good predictions are."""

    group: ClassVar[str] = "detcore.evaluators"

    @abstractmethod
    def needs(self) -> EvaluatorNeeds:
        """What must be predicted, and known about the data, for this measure to make sense."""

    def check(self, *, metadata: DatasetMetadata, predicted: frozenset[str] | None) -> list[Problem]:
        """What else is wrong with measuring what a model predicts on data of this kind.

        ``predicted`` is spelt as :attr:`EvaluatorNeeds.outputs` does; ``None``: not known.
        """
        return []

    @abstractmethod
    def build(self, *, metadata: DatasetMetadata) -> "Evaluator":
        """An evaluator that has seen nothing yet."""
