"""What a part of a model can ask to be told of the training data."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

__all__ = ["LearnsClassCounts"]


@runtime_checkable
class LearnsClassCounts(Protocol):
    """A part of a model whose loss depends on how frequent each class is.

    It is told before training, once the model is built and before weights are loaded into it: what these say holds.
    """

    @property
    def needs_class_counts(self) -> bool:
        """Whether it wants to be told; counting reads every record of the data."""
        ...

    def learn_class_counts(self, counts: Sequence[int]) -> None:
        """Take note of the number of training pictures that show each class, in the order of class ids."""
        ...
