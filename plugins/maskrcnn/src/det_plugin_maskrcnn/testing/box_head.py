"""What is asked of a box head."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from det_plugin_maskrcnn.components import BoxHead
from det_plugin_maskrcnn.interfaces import BoxHeadConfig
from detcore.specs import Problem
from detcore.testing import ModuleConformance, noise

__all__ = ["BoxHeadConformance"]


class BoxHeadConformance(ModuleConformance[BoxHeadConfig, BoxHead]):
    """Checks of a box head: one vector of the declared length per box; no boxes are ordinary.

    ::

        class TestMyBoxHead(BoxHeadConformance):
            configs = (MyBoxHeadConfig(width=16),)
    """

    interface = BoxHeadConfig
    component = BoxHead

    channels = 6
    size = 5
    """Of the pooled features."""

    def build(self, config: BoxHeadConfig) -> BoxHead:
        """As ROI heads do."""
        return config.build(channels=self.channels, size=self.size)

    def problems(self, config: BoxHeadConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check(channels=self.channels, size=self.size)

    def examples(self, config: BoxHeadConfig) -> tuple[Tensor]:
        """Features of four boxes."""
        return (noise(4, self.channels, self.size, self.size),)

    def predict(self, module: BoxHead, examples: Any) -> Tensor:
        """The vectors."""
        return module(*examples)  # type: ignore[no-any-return]  # nn.Module's call says Any

    def test_vectors_have_the_declared_length(self, config: BoxHeadConfig) -> None:
        """A predictor is built for it; of no boxes, too."""
        head = self.built(config).eval()
        declared = config.out_features(channels=self.channels, size=self.size)
        assert declared in {None, head.out_features}, (
            f"{type(config).__name__}.out_features() says {declared}, but the head {head.out_features}"
        )
        for count in (4, 0):
            found = tuple(head(torch.zeros(count, self.channels, self.size, self.size)).shape)
            assert found == (count, head.out_features), (
                f"{type(head).__name__} makes {found} of {count} boxes, but its out_features is {head.out_features}"
            )
