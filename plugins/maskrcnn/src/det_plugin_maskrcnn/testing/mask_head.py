"""What is asked of a mask head."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from det_plugin_maskrcnn.components import MaskHead, Regions, SampledProposals
from det_plugin_maskrcnn.interfaces import MaskHeadConfig
from det_plugin_maskrcnn.testing.sampled import sampled
from detcore.specs import Problem, Shapes
from detcore.structures import Instances
from detcore.testing import PICTURE_SIZES, SHAPES, ModuleConformance, feature_maps, noise, objects, scalar_losses

__all__ = ["MaskHeadConformance"]


class MaskHeadConformance(ModuleConformance[MaskHeadConfig, MaskHead]):
    """Checks of a mask head: probabilities of the declared size, and losses that are 0 where there is no sample.

    ::

        class TestMyMaskHead(MaskHeadConformance):
            configs = (MyMaskHeadConfig(width=8),)
    """

    interface = MaskHeadConfig
    component = MaskHead

    size = 6
    """Height and width of the pooled features."""

    shapes: Shapes = SHAPES
    """Of the maps that they are pooled from."""

    num_classes = 3

    @property
    def channels(self) -> int:
        """Of the pooled features."""
        return next(iter(self.shapes.values())).channels

    def build(self, config: MaskHeadConfig) -> MaskHead:
        """As ROI heads do."""
        return config.build(channels=self.channels, size=self.size, shapes=self.shapes, num_classes=self.num_classes)

    def problems(self, config: MaskHeadConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check(channels=self.channels, size=self.size, shapes=self.shapes)

    def examples(self, config: MaskHeadConfig) -> tuple[Tensor, SampledProposals, list[Instances], dict[str, Tensor]]:
        """Pooled features, the samples that they are of, ground truth and feature maps."""
        targets = [objects(size) for size in PICTURE_SIZES]
        samples = sampled(targets)
        return (
            noise(len(samples.boxes), self.channels, self.size, self.size),
            samples,
            targets,
            feature_maps(self.shapes),
        )

    def predict(self, module: MaskHead, examples: Any) -> Tensor:
        """The masks."""
        pooled, samples, _, features = examples
        return module(pooled, samples.regions, features)  # type: ignore[no-any-return]  # nn.Module's call says Any

    def losses(self, module: MaskHead, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        pooled, samples, targets, features = examples
        return module.losses(pooled, samples, targets, features)

    def test_masks_are_probabilities_of_the_declared_size(self, config: MaskHeadConfig) -> None:
        """Of no boxes, too."""
        pooled, samples, _, features = self.examples(config)
        head, side = self.built(config).eval(), config.mask_size(size=self.size)
        for count in (len(pooled), 0):
            with torch.no_grad():
                masks = head(pooled[:count], Regions(*(each[:count] for each in samples.regions)), features)
            expected = (count, side or masks.shape[-1], side or masks.shape[-1])
            assert tuple(masks.shape) == expected, (
                f"{type(head).__name__} makes masks {tuple(masks.shape)} of {count} boxes, but mask_size() says {side}"
            )
            is_share = bool(((masks >= 0) & (masks <= 1)).all())
            assert is_share, f"{type(head).__name__} gives masks outside [0, 1]: return probabilities, not logits"

    def test_no_samples_teach_nothing(self, config: MaskHeadConfig) -> None:
        """The losses are 0, and every parameter is connected to them: ranks must step alike."""
        pooled, samples, targets, features = self.examples(config)
        nothing = SampledProposals(*(each[:0] for each in samples))
        head = self.built(config).train()
        losses = head.losses(pooled[:0], nothing, targets, features)
        wrong = scalar_losses(losses)
        assert not wrong, f"{type(config).__name__}, of no samples: {wrong}"
        assert not any(losses.values()), f"{type(config).__name__}: losses of no samples are not 0: {losses}"
        torch.autograd.backward(sum(losses.values(), torch.zeros(())))
        loose = [name for name, each in head.named_parameters() if each.requires_grad and each.grad is None]
        assert not loose, (
            f"{type(config).__name__}: losses of no samples are not connected to {loose}: sum over no rows"
        )
