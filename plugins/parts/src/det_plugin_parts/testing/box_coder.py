"""What is asked of a box coder."""

from typing import Any

import torch
from torch import Tensor

from det_plugin_parts.components import BoxCoder
from det_plugin_parts.interfaces import BoxCoderConfig
from detcore.testing import ComponentConformance, difference

__all__ = ["BoxCoderConformance"]


class BoxCoderConformance(ComponentConformance[BoxCoderConfig, BoxCoder]):
    """Checks of a box coder: what is encoded decodes to where it came from, one box or several a row, none too.

    ::

        class TestMyCoder(BoxCoderConformance):
            config = MyCoderConfig
    """

    interface = BoxCoderConfig
    component = BoxCoder

    tolerance = 1e-4
    """Relative to the largest coordinate."""

    def build(self, config: BoxCoderConfig) -> BoxCoder:
        """As a head does."""
        return config.build()

    def examples(self, config: BoxCoderConfig) -> tuple[Tensor, Tensor]:
        """Boxes, and targets around their centres."""
        boxes = torch.tensor([[10.0, 10, 30, 30], [0, 0, 50, 20], [40, 20, 44, 60], [5, 5, 9, 9]])
        targets = torch.tensor([[12.0, 8, 34, 28], [10, -4, 61, 24], [30, 10, 60, 70], [5, 5, 9, 9]])
        return boxes, targets

    def behaviour(self, component: BoxCoder, examples: Any) -> object:
        """Deltas, and the boxes that they lead to."""
        boxes, targets = examples
        deltas = component.encode(boxes, targets)
        return deltas, component.decode(deltas, boxes)

    def test_decoding_undoes_encoding(self, config: BoxCoderConfig) -> None:
        """Training and inference speak one language."""
        coder, (boxes, targets) = self.built(config), self.examples(config)
        differs = difference(coder.decode(coder.encode(boxes, targets), boxes), targets, tolerance=self.tolerance)
        assert not differs, (
            f"{type(coder).__name__} decodes what it encoded to other boxes ({differs}): let decode() undo encode()"
        )

    def test_several_boxes_may_share_a_row(self, config: BoxCoderConfig) -> None:
        """A head predicts a box of each class side by side; rows may have any number of axes."""
        coder, (boxes, targets) = self.built(config), self.examples(config)
        deltas = coder.encode(boxes, targets)
        single = coder.decode(deltas, boxes)
        double = coder.decode(torch.cat([deltas, deltas], dim=1), boxes)
        stacked = coder.decode(torch.stack([deltas, deltas]), torch.stack([boxes, boxes]))
        for found, expected in ((double, torch.cat([single, single], dim=1)), (stacked, torch.stack([single, single]))):
            differs = difference(found, expected, tolerance=self.tolerance)
            assert not differs, f"{type(coder).__name__}.decode() reads rows of several boxes otherwise ({differs})"

    def test_no_boxes_are_ordinary(self, config: BoxCoderConfig) -> None:
        """No box, no delta; in the same shape."""
        coder, nothing = self.built(config), torch.zeros(0, 4)
        for found in (coder.encode(nothing, nothing), coder.decode(nothing, nothing)):
            assert found.shape == (0, 4), f"{type(coder).__name__} makes {tuple(found.shape)} of no boxes, not 0×4"

    def test_large_deltas_stay_finite(self, config: BoxCoderConfig) -> None:
        """An untrained head may say anything, in half precision too."""
        coder, (boxes, _) = self.built(config), self.examples(config)
        for size in (1e3, -1e3):
            found = coder.decode(torch.full_like(boxes, size).half(), boxes)
            assert found.isfinite().all(), (
                f"{type(coder).__name__}.decode() makes boxes that are not finite of deltas of {size:g}: clamp them,"
                " and compute in float32"
            )
