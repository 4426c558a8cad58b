"""What is asked of an assigner."""

from typing import Any

import torch
from torch import Tensor

from det_plugin_parts.components import IGNORED, NEGATIVE, POSITIVE, Assigner, Assignment
from det_plugin_parts.interfaces import AssignerConfig
from detcore.testing import ComponentConformance

__all__ = ["AssignerConformance"]


class AssignerConformance(ComponentConformance[AssignerConfig, Assigner]):
    """Checks of an assigner: every box gets an object that exists and a label; none of either is ordinary.

    ::

        class TestMyAssigner(AssignerConformance):
            configs = (MyAssignerConfig(threshold=0.5),)
    """

    interface = AssignerConfig
    component = Assigner

    def build(self, config: AssignerConfig) -> Assigner:
        """As a head does."""
        return config.build()

    def examples(self, config: AssignerConfig) -> Tensor:
        """Overlaps of three objects with eight boxes: none, some, all; one box ties."""
        return torch.tensor(
            [
                [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 0.4],
                [0.0, 0.2, 0.2, 0.5, 0.1, 0.0, 0.0, 0.6],
                [0.0, 0.0, 0.0, 0.2, 0.1, 0.0, 0.0, 0.1],
            ]
        )

    def behaviour(self, component: Assigner, examples: Any) -> Assignment:
        """What each box learns."""
        return component(examples)

    def test_every_box_learns_something_that_exists(self, config: AssignerConfig) -> None:
        """An index of an object, and one of three labels."""
        overlaps = self.examples(config)
        self._expect_whole(config, overlaps)

    def test_what_overlaps_most_is_matched(self, config: AssignerConfig) -> None:
        """A box that is an object's own learns it; one that overlaps nothing learns no object."""
        assign, overlaps = self.built(config), self.examples(config)
        assignment = assign(overlaps)
        assert assignment.labels[6] == POSITIVE, (
            f"{type(assign).__name__}: a box that is an object's own is not positive"
        )
        assert assignment.matches[6] == 0, f"{type(assign).__name__}: a box that is an object's own gets another object"
        assert assignment.labels[0] != POSITIVE, f"{type(assign).__name__}: a box that overlaps nothing is positive"

    def test_no_objects_and_no_boxes_are_ordinary(self, config: AssignerConfig) -> None:
        """A picture that shows nothing teaches that there is nothing."""
        for shape in ((0, 5), (3, 0), (0, 0)):
            try:
                assignment = self._expect_whole(config, torch.zeros(shape))
            except (RuntimeError, IndexError) as error:
                raise AssertionError(
                    f"{type(config).__name__} fails on {shape[0]} objects and {shape[1]} boxes ({error}): give every"
                    " box the match 0 and a label"
                ) from error
            assert not (assignment.labels == POSITIVE).any() or shape[0], "a box is positive where there is no object"

    def _expect_whole(self, config: AssignerConfig, overlaps: Tensor) -> Assignment:
        name, (num_objects, num_boxes) = type(config).__name__, overlaps.shape
        assignment = self.built(config)(overlaps)
        assert len(assignment.matches) == len(assignment.labels) == num_boxes, (
            f"{name} does not say one thing of each box"
        )
        labels = set(assignment.labels.tolist())
        known = {POSITIVE, NEGATIVE, IGNORED}
        assert labels <= known, f"{name} gives the labels {labels}, which must be among {known}"
        exists = bool(((assignment.matches >= 0) & (assignment.matches < max(num_objects, 1))).all())
        assert exists, f"{name} matches objects {assignment.matches.tolist()}, but there are {num_objects}"
        assert assignment.matches.dtype == torch.int64, f"{name} gives matches of {assignment.matches.dtype}, not int64"
        return assignment
