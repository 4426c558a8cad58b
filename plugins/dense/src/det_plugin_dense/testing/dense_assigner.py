"""What is asked of an assigner of a dense detector."""

from typing import Any

import torch
from torch import Tensor

from det_plugin_dense.components import DenseAssigner
from det_plugin_dense.interfaces import DenseAssignerConfig
from det_plugin_parts import IGNORED, NEGATIVE, POSITIVE, Assignment
from detcore.testing import ComponentConformance

__all__ = ["DenseAssignerConformance"]


class DenseAssignerConformance(ComponentConformance[DenseAssignerConfig, DenseAssigner]):
    """Checks of a dense assigner: every anchor of every level gets an object that exists and a label.

    ::

        class TestMyAssigner(DenseAssignerConformance):
            config = MyAssignerConfig
    """

    interface = DenseAssignerConfig
    component = DenseAssigner

    def build(self, config: DenseAssignerConfig) -> DenseAssigner:
        """As a detector does."""
        return config.build()

    def examples(self, config: DenseAssignerConfig) -> tuple[list[Tensor], Tensor]:
        """Square anchors of three levels over a picture, and a small and a large object."""
        anchors = [_grid(stride) for stride in (8, 16, 32)]
        return anchors, torch.tensor([[6.0, 6, 40, 42], [30, 20, 120, 110]])

    def behaviour(self, component: DenseAssigner, examples: Any) -> Assignment:
        """What each anchor learns."""
        return component(*examples)

    def test_every_anchor_learns_something_that_exists(self, config: DenseAssignerConfig) -> None:
        """An index of an object, and one of three labels; some learn an object."""
        assignment = self._expect_whole(config, *self.examples(config))
        assert (assignment.labels == POSITIVE).any(), f"{type(config).__name__}: no anchor learns any of two objects"
        assert (assignment.labels == NEGATIVE).any(), f"{type(config).__name__}: no anchor learns the background"

    def test_pictures_without_objects_are_ordinary(self, config: DenseAssignerConfig) -> None:
        """They teach that there is nothing."""
        anchors, boxes = self.examples(config)
        try:
            assignment = self._expect_whole(config, anchors, boxes[:0])
        except (RuntimeError, IndexError) as error:
            raise AssertionError(
                f"{type(config).__name__} fails where there is no object ({error}): give every anchor the match 0"
            ) from error
        assert not (assignment.labels == POSITIVE).any(), (
            f"{type(config).__name__}: anchors learn objects of no picture"
        )

    def _expect_whole(self, config: DenseAssignerConfig, anchors: list[Tensor], boxes: Tensor) -> Assignment:
        name, count = type(config).__name__, sum(map(len, anchors))
        assignment = self.built(config)(anchors, boxes)
        assert len(assignment.matches) == len(assignment.labels) == count, (
            f"{name} does not say one thing of each anchor"
        )
        labels, known = set(assignment.labels.tolist()), {POSITIVE, NEGATIVE, IGNORED}
        assert labels <= known, f"{name} gives the labels {labels}, which must be among {known}"
        exists = bool(((assignment.matches >= 0) & (assignment.matches < max(len(boxes), 1))).all())
        assert exists, f"{name} matches objects {set(assignment.matches.tolist())}, but there are {len(boxes)}"
        return assignment


def _grid(stride: int) -> Tensor:
    """Anchors of four strides a side, one at each position of a picture of 128×128 px."""
    centres = (torch.arange(128 // stride) + 0.5) * stride
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    half = 2.0 * stride
    return torch.stack([x - half, y - half, x + half, y + half], dim=-1).reshape(-1, 4)
