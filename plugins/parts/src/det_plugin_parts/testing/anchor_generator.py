"""What is asked of an anchor generator."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from det_plugin_parts.components import AnchorGenerator
from det_plugin_parts.interfaces import AnchorGeneratorConfig
from detcore.specs import Problem
from detcore.testing import ComponentConformance, difference, noise

__all__ = ["AnchorGeneratorConformance"]


class AnchorGeneratorConformance(ComponentConformance[AnchorGeneratorConfig, AnchorGenerator]):
    """Checks of an anchor generator: as many anchors as it declares, laid out by the maps' sizes alone.

    ::

        class TestMyAnchors(AnchorGeneratorConformance):
            configs = (MyAnchorsConfig(sizes=(16, 32)),)
    """

    interface = AnchorGeneratorConfig
    component = AnchorGenerator

    strides: Sequence[int] = (4, 8, 16)
    """Of the maps, finest first."""

    def build(self, config: AnchorGeneratorConfig) -> AnchorGenerator:
        """As a model does."""
        return config.build(strides=self.strides)

    def problems(self, config: AnchorGeneratorConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check(self.strides)

    def examples(self, config: AnchorGeneratorConfig) -> list[Tensor]:
        """A map of each level, for a picture that is no multiple of a stride."""
        return [noise(2, 3, -(-50 // stride), -(-70 // stride)) for stride in self.strides]

    def behaviour(self, component: AnchorGenerator, examples: Any) -> object:
        """The anchors of each level."""
        return component(examples)

    def test_there_are_as_many_as_declared(self, config: AnchorGeneratorConfig) -> None:
        """At every position of every level: a head predicts for each."""
        generator, maps = self.built(config), self.examples(config)
        declared = config.num_anchors(len(self.strides)) or generator.num_anchors
        assert tuple(generator.num_anchors) == tuple(declared), (
            f"{type(config).__name__}.num_anchors() says {declared}, but the generator has {generator.num_anchors}"
        )
        found = [tuple(level.shape) for level in generator(maps)]
        expected = [(count * level.shape[2] * level.shape[3], 4) for count, level in zip(declared, maps, strict=True)]
        assert found == expected, (
            f"{type(generator).__name__} lays anchors of the shapes {found}, but as it declares they are {expected}"
        )

    def test_anchors_are_boxes_in_the_order_of_positions(self, config: AnchorGeneratorConfig) -> None:
        """Row by row, then column by column, then anchor by anchor: as a head's channels are read."""
        generator, maps = self.built(config), self.examples(config)
        for stride, count, level, anchors in zip(
            self.strides, generator.num_anchors, maps, generator(maps), strict=True
        ):
            x1, y1, x2, y2 = anchors.unbind(dim=1)
            assert ((x2 > x1) & (y2 > y1)).all(), f"{type(generator).__name__} lays anchors without width or height"
            rows = anchors.reshape(level.shape[2], level.shape[3], count, 4)
            right, down = rows.diff(dim=1), rows.diff(dim=0)
            steps = torch.tensor([[stride, 0, stride, 0], [0, stride, 0, stride]], dtype=anchors.dtype)
            is_grid = all(
                torch.allclose(step, expected.expand_as(step), atol=1e-3)
                for step, expected in zip((right, down), steps, strict=True)
            )
            assert is_grid, (
                f"{type(generator).__name__} lays anchors of stride {stride} in another order or at another distance:"
                " go through rows, then columns, then the anchors of a position"
            )

    def test_only_sizes_matter(self, config: AnchorGeneratorConfig) -> None:
        """What is in the maps, and how many pictures there are, changes no anchor."""
        generator, maps = self.built(config), self.examples(config)
        differs = difference(generator([level[:1] * 0 for level in maps]), generator(maps))
        assert not differs, f"{type(generator).__name__} lays other anchors over other numbers ({differs})"
