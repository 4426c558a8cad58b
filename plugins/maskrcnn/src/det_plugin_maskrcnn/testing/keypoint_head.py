"""What is asked of a keypoint head."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from det_plugin_maskrcnn.components import KeypointHead, SampledProposals
from det_plugin_maskrcnn.interfaces import KeypointHeadConfig
from det_plugin_maskrcnn.testing.sampled import sampled
from detcore.specs import Problem
from detcore.structures import Instances
from detcore.testing import PICTURE_SIZES, ModuleConformance, noise, objects, scalar_losses

__all__ = ["KeypointHeadConformance"]


class KeypointHeadConformance(ModuleConformance[KeypointHeadConfig, KeypointHead]):
    """Checks of a keypoint head: a square map per keypoint of each box, and losses that are 0 where there is no sample.

    Objects have three keypoints::

        class TestMyKeypointHead(KeypointHeadConformance):
            configs = (MyKeypointHeadConfig(num_keypoints=3, width=8),)
    """

    interface = KeypointHeadConfig
    component = KeypointHead

    channels = 6
    size = 5
    """Of the pooled features."""

    def build(self, config: KeypointHeadConfig) -> KeypointHead:
        """As ROI heads do."""
        return config.build(channels=self.channels)

    def problems(self, config: KeypointHeadConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check(channels=self.channels, size=self.size)

    def examples(self, config: KeypointHeadConfig) -> tuple[Tensor, SampledProposals, list[Instances]]:
        """Pooled features, the samples that they are of, and ground truth."""
        targets = [objects(size) for size in PICTURE_SIZES]
        samples = sampled(targets)
        return noise(len(samples.boxes), self.channels, self.size, self.size), samples, targets

    def predict(self, module: KeypointHead, examples: Any) -> Tensor:
        """The maps."""
        return module(examples[0])  # type: ignore[no-any-return]  # nn.Module's call says Any

    def losses(self, module: KeypointHead, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        return module.losses(*examples)

    def test_there_is_a_square_map_of_every_keypoint(self, config: KeypointHeadConfig) -> None:
        """Of no boxes, too."""
        head = self.built(config).eval()
        for count in (4, 0):
            with torch.no_grad():
                found = tuple(head(noise(count, self.channels, self.size, self.size)).shape)
            expected = (count, config.num_keypoints, found[-1], found[-1])
            assert found == expected, f"{type(head).__name__} makes maps {found} of {count} boxes, not {expected}"

    def test_visible_keypoints_are_learned(self, config: KeypointHeadConfig) -> None:
        """A sample whose object has none that is visible in its box is left out; one answer for each."""
        _, samples, targets = self.examples(config)
        head = self.built(config)
        learned = head.learned(samples, targets)
        is_whole = learned.dtype == torch.bool and learned.shape == samples.classes.shape
        assert is_whole, (
            f"{type(head).__name__}.learned() gives {learned.dtype} {tuple(learned.shape)}, not one bool each"
        )
        assert learned.any(), f"{type(head).__name__}.learned() leaves out samples whose keypoints are visible"
        for target in targets:
            target.gt_keypoints.tensor[..., 2] = 0
        assert not head.learned(samples, targets).any(), f"{type(head).__name__}.learned() keeps what nobody labelled"

    def test_no_samples_teach_nothing(self, config: KeypointHeadConfig) -> None:
        """The losses are 0, and every parameter is connected to them: ranks must step alike."""
        pooled, samples, targets = self.examples(config)
        nothing = SampledProposals(*(each[:0] for each in samples))
        head = self.built(config).train()
        losses = head.losses(pooled[:0], nothing, targets)
        wrong = scalar_losses(losses)
        assert not wrong, f"{type(config).__name__}, of no samples: {wrong}"
        assert not any(losses.values()), f"{type(config).__name__}: losses of no samples are not 0: {losses}"
        torch.autograd.backward(sum(losses.values(), torch.zeros(())))
        loose = [name for name, each in head.named_parameters() if each.requires_grad and each.grad is None]
        assert not loose, (
            f"{type(config).__name__}: losses of no samples are not connected to {loose}: sum over no rows"
        )
