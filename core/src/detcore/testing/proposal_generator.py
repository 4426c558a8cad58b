"""What is asked of a proposal generator."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from detcore.interfaces import ProposalGenerator
from detcore.specs import Problem, ProposalGeneratorConfig, Shapes
from detcore.structures import Instances, Proposals
from detcore.testing.comparing import scalar_losses
from detcore.testing.examples import PICTURE_SIZES, SHAPES, feature_maps, no_objects, objects, sizes
from detcore.testing.module import ModuleConformance
from detcore.testing.rows import expect_boxes_inside, expect_order
from detcore.testing.seeding import seeded

__all__ = ["ProposalGeneratorConformance"]


class ProposalGeneratorConformance(ModuleConformance[ProposalGeneratorConfig, ProposalGenerator]):
    """Checks of a proposal generator: boxes inside their pictures, and finite losses, objects or not.

    ::

        class TestMyProposals(ProposalGeneratorConformance):
            configs = (MyProposalsConfig(in_features=("p3", "p4")),)
    """

    interface = ProposalGeneratorConfig
    component = ProposalGenerator

    shapes: Shapes = SHAPES
    """Of the feature maps to look at."""

    def build(self, config: ProposalGeneratorConfig) -> ProposalGenerator:
        """As a model does."""
        return config.build(shapes=self.shapes)

    def problems(self, config: ProposalGeneratorConfig) -> Iterable[Problem]:
        """As a model asks, which may not know the maps yet."""
        return [*config.check(self.shapes), *config.check(None)]

    def examples(self, config: ProposalGeneratorConfig) -> tuple[dict[str, Tensor], Tensor, list[Instances]]:
        """Maps of two pictures, their sizes and their objects."""
        return feature_maps(self.shapes), sizes(), [objects(size) for size in PICTURE_SIZES]

    def predict(self, module: ProposalGenerator, examples: Any) -> Proposals:
        """The proposals."""
        features, picture_sizes, _ = examples
        return module(features, picture_sizes)[0]  # type: ignore[no-any-return]  # nn.Module's call says Any

    def losses(self, module: ProposalGenerator, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        features, picture_sizes, targets = examples
        return module(features, picture_sizes, targets)[1]  # type: ignore[no-any-return]  # as above

    def test_proposals_are_inside_their_picture(self, config: ProposalGeneratorConfig) -> None:
        """Clipped to the picture before padding, each with its picture's index, best first."""
        proposals = self.predict(self.built(config).eval(), self.examples(config))
        name = type(config).__name__
        assert isinstance(proposals, Proposals), f"{name} returns {type(proposals).__name__}, not Proposals"
        expect_boxes_inside(name, proposals.boxes, proposals.image_index, sizes())
        expect_order(name, proposals.logits, proposals.image_index)

    def test_losses_come_with_targets_only(self, config: ProposalGeneratorConfig) -> None:
        """Without ground truth, there is nothing to compare with."""
        features, picture_sizes, _ = self.examples(config)
        for module in (self.built(config).train(), self.built(config).eval()):
            losses = module(features, picture_sizes)[1]
            assert losses == {}, f"{type(config).__name__} has losses {sorted(losses)} although there are no targets"

    def test_pictures_without_objects_have_finite_losses(self, config: ProposalGeneratorConfig) -> None:
        """All, or some of a batch; and they can be stepped on."""
        features, picture_sizes, targets = self.examples(config)
        for shown in ([no_objects(size) for size in PICTURE_SIZES], [targets[0], no_objects(PICTURE_SIZES[1])]):
            self._expect_finite(config, (features, picture_sizes, shown))

    def test_one_picture_does_not_change_another(self, config: ProposalGeneratorConfig) -> None:
        """In evaluation, the first picture of a batch has the same proposals alone."""
        features, picture_sizes, _ = self.examples(config)
        module = self.built(config).eval()
        with torch.no_grad():
            both = module(features, picture_sizes)[0]
            alone = module({name: each[:1] for name, each in features.items()}, picture_sizes[:1])[0]
        is_first = both.image_index == 0
        same = (
            torch.allclose(both.boxes[is_first], alone.boxes, atol=1e-3)
            if is_first.sum() == len(alone.boxes)
            else False
        )
        assert same, f"{type(config).__name__} proposes other boxes for a picture when another one is in the batch"

    def _expect_finite(self, config: ProposalGeneratorConfig, examples: Sequence[Any]) -> None:
        module = self.built(config).train()
        with seeded(0):
            losses = self.losses(module, examples)
        wrong = scalar_losses(losses)
        assert not wrong, f"{type(config).__name__}, of pictures without objects: {wrong}"
        torch.autograd.backward(sum(losses.values(), torch.zeros(())))
        bad = [
            name for name, each in module.named_parameters() if each.grad is not None and not each.grad.isfinite().all()
        ]
        assert not bad, f"{type(config).__name__}, of pictures without objects: the gradients of {bad} are not finite"
