"""What is asked of an ROI pooler."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from det_plugin_parts.components import ROIPooler
from det_plugin_parts.interfaces import ROIPoolerConfig
from detcore.specs import Problem
from detcore.testing import ComponentConformance, difference, noise

__all__ = ["ROIPoolerConformance"]


class ROIPoolerConformance(ComponentConformance[ROIPoolerConfig, ROIPooler]):
    """Checks of an ROI pooler: one map of the declared size per box, from the box's own picture.

    ::

        class TestMyPooler(ROIPoolerConformance):
            configs = (MyPoolerConfig(output_size=7),)
    """

    interface = ROIPoolerConfig
    component = ROIPooler

    strides: Sequence[int] = (4, 8)
    """Of the maps, finest first."""

    channels = 3
    tolerance = 1e-5

    def build(self, config: ROIPoolerConfig) -> ROIPooler:
        """As a head does."""
        return config.build(strides=self.strides)

    def problems(self, config: ROIPoolerConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check(self.strides)

    def examples(self, config: ROIPoolerConfig) -> tuple[list[Tensor], Tensor, Tensor]:
        """Maps of two pictures, small and large boxes, and whose they are."""
        maps = [noise(2, self.channels, 64 // stride, 96 // stride, seed=stride) for stride in self.strides]
        boxes = torch.tensor([[4.0, 4, 20, 24], [0, 0, 96, 64], [50, 10, 90, 60], [10, 10, 10, 10]])
        return maps, boxes, torch.tensor([0, 0, 1, 1])

    def behaviour(self, component: ROIPooler, examples: Any) -> object:
        """The pooled features."""
        return component(*examples)

    def test_pooled_features_have_the_declared_size(self, config: ROIPoolerConfig) -> None:
        """A head is built for it; of no boxes, too."""
        pooler, (maps, boxes, owners) = self.built(config), self.examples(config)
        size = config.output_size
        for count in (len(boxes), 0):
            found = tuple(pooler(maps, boxes[:count], owners[:count]).shape)
            expected = (count, config.pooled_channels(self.channels), size, size)
            assert found == expected, (
                f"{type(pooler).__name__} pools {found} from {count} boxes, but declares {expected}"
            )

    def test_features_are_finite(self, config: ROIPoolerConfig) -> None:
        """Of a box without width or height, too."""
        pooled = self.built(config)(*self.examples(config))
        assert pooled.isfinite().all(), f"{type(config).__name__} pools numbers that are not finite: mind empty boxes"

    def test_each_box_is_seen_in_its_own_picture(self, config: ROIPoolerConfig) -> None:
        """What another picture shows, and which other boxes there are, is no matter."""
        pooler, (maps, boxes, owners) = self.built(config), self.examples(config)
        expected = pooler(maps, boxes, owners)
        blank = [torch.cat([level[:1], level[1:] * 0]) for level in maps]
        differs = difference(pooler(blank, boxes, owners)[:2], expected[:2], tolerance=self.tolerance)
        assert not differs, f"{type(pooler).__name__} looks at a box in another picture than its own ({differs})"
        order = torch.tensor([2, 0, 3, 1])
        differs = difference(pooler(maps, boxes[order], owners[order]), expected[order], tolerance=self.tolerance)
        assert not differs, f"{type(pooler).__name__} pools otherwise when boxes come in another order ({differs})"

    def test_gradients_reach_the_maps(self, config: ROIPoolerConfig) -> None:
        """The backbone learns through it."""
        maps, boxes, owners = self.examples(config)
        learning = [level.requires_grad_() for level in maps]
        self.built(config)(learning, boxes, owners).sum().backward()
        taught = [level for level in learning if level.grad is not None and level.grad.any()]
        assert taught, f"{type(config).__name__}: no gradient reaches any map: look for a detach()"
