"""What is asked of a semantic head."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from det_plugin_panoptic.components import SemanticHead
from det_plugin_panoptic.interfaces import SemanticHeadConfig
from detcore.specs import DataSpec, Problem, Shapes
from detcore.structures import UNLABELLED
from detcore.testing import DATA, PICTURE_SIZES, SHAPES, ModuleConformance, feature_maps, scalar_losses

__all__ = ["SemanticHeadConformance"]


class SemanticHeadConformance(ModuleConformance[SemanticHeadConfig, SemanticHead]):
    """Checks of a semantic head: logits of every class at the declared stride, and finite losses.

    The data has four labels::

        class TestMySemanticHead(SemanticHeadConformance):
            configs = (MySemanticHeadConfig(num_classes=4, width=8),)
    """

    interface = SemanticHeadConfig
    component = SemanticHead

    shapes: Shapes = SHAPES
    """Of the feature maps to look at."""

    data: DataSpec = DATA
    """What is known of the data."""

    def build(self, config: SemanticHeadConfig) -> SemanticHead:
        """As a model does."""
        return config.build(shapes=self.shapes)

    def problems(self, config: SemanticHeadConfig) -> Iterable[Problem]:
        """As a model asks, which may know neither maps nor data yet."""
        return [*config.check(self.shapes, self.data), *config.check(None, DataSpec())]

    def examples(self, config: SemanticHeadConfig) -> tuple[dict[str, Tensor], list[Tensor]]:
        """Maps of two pictures, and their label maps."""
        return feature_maps(self.shapes), [_labels(size) for size in PICTURE_SIZES]

    def predict(self, module: SemanticHead, examples: Any) -> Tensor:
        """The logits."""
        return module(examples[0])  # type: ignore[no-any-return]  # nn.Module's call says Any

    def losses(self, module: SemanticHead, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        return module.losses(*examples)

    def test_logits_have_the_declared_stride_and_classes(self, config: SemanticHeadConfig) -> None:
        """A model scales them up by the stride."""
        head = self.built(config).eval()
        height, width = PICTURE_SIZES[0]
        found = tuple(self.predict(head, self.examples(config)).shape)
        expected = (2, config.num_classes, height // head.stride, width // head.stride)
        assert found == expected, f"{type(head).__name__} of stride {head.stride} gives logits {found}, not {expected}"

    def test_unlabelled_pictures_have_finite_losses(self, config: SemanticHeadConfig) -> None:
        """Nothing to learn is 0, not the mean of nothing."""
        head = self.built(config).train()
        features, labels = self.examples(config)
        losses = head.losses(features, [torch.full_like(each, UNLABELLED) for each in labels])
        wrong = scalar_losses(losses)
        assert not wrong, f"{type(config).__name__}, of pictures without labels: {wrong}"
        torch.autograd.backward(sum(losses.values(), torch.zeros(())))


def _labels(size: tuple[int, int]) -> Tensor:
    """Stripes of every label, and some of none."""
    rows = torch.arange(size[0]) // 8 % 5
    return torch.where(rows < 4, rows, UNLABELLED)[:, None].expand(size).int()
