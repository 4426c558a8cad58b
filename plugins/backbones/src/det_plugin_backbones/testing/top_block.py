"""What is asked of a top block."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from torch import Tensor

from det_plugin_backbones.top_block import TopBlock
from det_plugin_backbones.top_block_config import TopBlockConfig
from detcore.specs import Problem
from detcore.testing import ModuleConformance, noise

__all__ = ["TopBlockConformance"]


class TopBlockConformance(ModuleConformance[TopBlockConfig, TopBlock]):
    """Checks of a top block: as many levels as it declares, each half the size of the one before.

    ::

        class TestMyTopBlock(TopBlockConformance):
            config = MyTopBlockConfig
    """

    interface = TopBlockConfig
    component = TopBlock

    channels = 8
    """Of the map to start from, and of the pyramid."""

    def build(self, config: TopBlockConfig) -> TopBlock:
        """As a pyramid does."""
        return config.build(in_channels=self.channels, out_channels=self.channels)

    def problems(self, config: TopBlockConfig) -> Iterable[Problem]:
        """As a pyramid asks."""
        return config.check(in_channels=self.channels, out_channels=self.channels)

    def examples(self, config: TopBlockConfig) -> tuple[Tensor]:
        """A map."""
        return (noise(2, self.channels, 12, 20),)

    def predict(self, module: TopBlock, examples: Any) -> list[Tensor]:
        """The added levels."""
        return module(*examples)  # type: ignore[no-any-return]  # nn.Module's call says Any

    def test_levels_are_halved_as_declared(self, config: TopBlockConfig) -> None:
        """A size that is odd is rounded up."""
        block = self.built(config).eval()
        for height, width in ((12, 20), (5, 7), (1, 1)):
            found = [tuple(level.shape[1:]) for level in block(noise(1, self.channels, height, width))]
            expected = [
                (self.channels, ceil(height / 2**step), ceil(width / 2**step))
                for step in range(1, config.num_levels + 1)
            ]
            assert found == expected, (
                f"{type(block).__name__} makes the levels {found} (channels, height, width) of {height}×{width},"
                f" but as it declares they are {expected}"
            )
