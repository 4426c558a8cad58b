"""What is asked of an optimizer."""

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from detcore.specs import OptimizerConfig
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import noise
from detcore.testing.seeding import seeded

__all__ = ["OptimizerConformance"]


class OptimizerConformance(ComponentConformance[OptimizerConfig, Optimizer]):
    """Checks of an optimizer: it steps every parameter, downhill, and goes on from its state as if nothing had been.

    ::

        class TestMyOptimizer(OptimizerConformance):
            configs = (MyOptimizerConfig(lr=0.01),)
    """

    interface = OptimizerConfig
    component = Optimizer

    steps = 5

    def build(self, config: OptimizerConfig) -> Optimizer:
        """Over the parameters of a small model."""
        return self.over(config, self.model())

    def over(self, config: OptimizerConfig, model: nn.Module) -> Optimizer:
        """As a trainer does: names, parameters and the modules that own them."""
        owned = [
            (f"{prefix}.{name}" if prefix else name, parameter, module)
            for prefix, module in model.named_modules()
            for name, parameter in module.named_parameters(recurse=False)
        ]
        return config.build(parameters=owned)

    def model(self) -> nn.Module:
        """Convolution, norm and linear layer, with and without bias."""
        with seeded(0):
            layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.GroupNorm(2, 4), nn.Flatten(), nn.Linear(16, 2, bias=False))
        return layers.train()

    def examples(self, config: OptimizerConfig) -> Tensor:
        """Pictures to fit."""
        return noise(2, 3, 4, 4)

    def behaviour(self, component: Optimizer, examples: Any) -> object:
        """What becomes of numbers whose gradients are given: those of a copy, so that it can be asked again."""
        optimizer = copy.deepcopy(component)
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        for _ in range(self.steps):
            for each in parameters:
                each.grad = each.detach() * examples.mean() + 0.1
            optimizer.step()
        return [each.detach() for each in parameters]

    def test_every_parameter_is_in_one_group(self, config: OptimizerConfig) -> None:
        """None is forgotten, none is stepped twice."""
        model = self.model()
        optimizer = self.over(config, model)
        held = [id(each) for group in optimizer.param_groups for each in group["params"]]
        for name, parameter in model.named_parameters():
            times = held.count(id(parameter))
            assert times == 1, f"{type(config).__name__} puts {name} into {times} groups: put each parameter into one"

    def test_a_step_moves_every_parameter_downhill(self, config: OptimizerConfig) -> None:
        """A few steps at the configured rate make a loss smaller."""
        model, examples = self.model(), self.examples(config)
        optimizer = self.over(config, model)
        before = {name: each.detach().clone() for name, each in model.named_parameters()}
        losses = [self._step(model, optimizer, examples) for _ in range(self.steps)]
        still = [name for name, each in model.named_parameters() if torch.equal(each, before[name])]
        assert not still, f"{type(config).__name__} leaves {', '.join(still)} where they were: step every parameter"
        assert losses[-1] < losses[0], (
            f"{type(config).__name__} makes the loss larger, from {losses[0]:.4g} to {losses[-1]:.4g} in {self.steps}"
            " steps: step against the gradient, or try a smaller rate"
        )

    def test_rates_are_positive(self, config: OptimizerConfig) -> None:
        """A schedule multiplies ``lr`` of every group, so it must be there."""
        groups = self.build(config).param_groups
        wrong = [group.get("lr") for group in groups if not (group.get("lr") or 0) > 0]
        assert not wrong, f"{type(config).__name__} has groups with the learning rates {wrong}: let each be above 0"

    def test_state_goes_on(self, config: OptimizerConfig) -> None:
        """A run that is resumed takes the steps that the whole run would have taken."""
        model, examples = self.model(), self.examples(config)
        optimizer = self.over(config, model)
        self._step(model, optimizer, examples)
        resumed = copy.deepcopy(model)
        other = self.over(config, resumed)
        other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
        for each, stepping in ((model, optimizer), (resumed, other)):
            self._step(each, stepping, examples)
        differs = difference(dict(resumed.state_dict()), dict(model.state_dict()))
        assert not differs, (
            f"{type(config).__name__} takes another step after its state was loaded ({differs}): keep what steps hand"
            " on in state_dict()"
        )

    def _step(self, model: nn.Module, optimizer: Optimizer, examples: Tensor) -> float:
        optimizer.zero_grad()
        loss = (model(examples) - 1).square().mean()
        loss.backward()
        optimizer.step()
        return float(loss.detach())
