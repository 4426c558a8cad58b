"""The model that kits train, with a fault that a test can time."""

from collections.abc import Sequence

import torch
from attrs import frozen

from detcore.interfaces import Losses
from detcore.plugins import hookimpl
from detcore.specs import ComponentConfig
from detcore.structures import ModelInput
from detcore.testing import tiny_detector
from detcore.testing.tiny_detector import CountEvaluatorConfig

__all__ = ["CountEvaluatorConfig", "TinyDetector", "TinyDetectorConfig", "detcore_components"]


@frozen(kw_only=True)
class TinyDetectorConfig(tiny_detector.TinyDetectorConfig):
    """Settings of :class:`TinyDetector`."""

    explode_at: int = -1
    """The loss is infinite in this training step; -1: never."""

    def build(self) -> "TinyDetector":
        return TinyDetector(num_classes=self.num_classes, width=self.width, explode_at=self.explode_at)


class TinyDetector(tiny_detector.TinyDetector):
    """One box and one class for each picture."""

    def __init__(self, *, num_classes: int, width: int, explode_at: int) -> None:
        super().__init__(num_classes=num_classes, width=width)
        self.explode_at = explode_at
        self.calls = 0

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        losses = super().losses(inputs)
        if self.calls == self.explode_at:
            losses["loss_box"] = losses["loss_box"] * torch.inf
        self.calls += 1
        return losses


@hookimpl
def detcore_components() -> dict[str, type[ComponentConfig]]:
    """What this module offers once registered."""
    return {"tiny-detector": TinyDetectorConfig, "count": CountEvaluatorConfig}
