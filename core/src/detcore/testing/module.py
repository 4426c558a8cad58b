"""What is asked of every component that is a module with weights."""

from collections.abc import Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from detcore.specs import ComponentConfig
from detcore.testing.comparing import difference, numbers_in, scalar_losses
from detcore.testing.component import ComponentConformance
from detcore.testing.seeding import seeded

__all__ = ["ModuleConformance"]

ConfigT = TypeVar("ConfigT", bound=ComponentConfig)
ModuleT = TypeVar("ModuleT", bound=nn.Module)


class ModuleConformance(ComponentConformance[ConfigT, ModuleT]):
    """The checks of every kind that is a module; its ``behaviour`` is how it predicts."""

    def predict(self, module: ModuleT, examples: Any) -> Any:
        """What the module makes of the examples in evaluation mode; without gradients already."""
        raise NotImplementedError

    def losses(self, module: ModuleT, examples: Any) -> Mapping[str, Tensor]:
        """What a training step minimises, the module being in training mode.

        For modules that have no losses of their own: how much of everything they return, by fixed weights.
        """
        return {"of everything returned": _weighed(module(*examples))}

    def built(self, config: ConfigT, *, seed: int = 0) -> ModuleT:
        """As every component; and weights that begin at zero have some noise, or nothing below them could learn."""
        module = super().built(config, seed=seed)
        with seeded(seed), torch.no_grad():
            for name, weight in module.named_parameters():
                if name.endswith("weight") and not weight.is_meta and not weight.any():
                    nn.init.normal_(weight, std=0.05)
        return module

    def behaviour(self, component: ModuleT, examples: Any) -> object:
        """What the module predicts, and no training."""
        component.eval()
        with torch.no_grad():
            return self.predict(component, examples)

    # Devices

    def test_predictions_are_finite_and_on_the_cpu(self, config: ConfigT) -> None:
        """What is built here computes here, and gives numbers."""
        predicted = list(numbers_in(self.behaviour(self.built(config), self.examples(config))))
        assert all(each.device.type == "cpu" for each in predicted), "predicts on another device than it was built on"
        assert all(each.isfinite().all() for each in predicted), (
            f"{type(config).__name__} predicts infinities or not-a-number from ordinary input: find where it divides by"
            " zero, or takes the logarithm of it"
        )

    def test_it_is_built_on_the_meta_device(self, config: ConfigT) -> None:
        """``plan`` builds models without memory: every weight is made on the current default device."""
        with torch.device("meta"):
            module = self.build(config)
        elsewhere = [name for name, each in module.state_dict().items() if not each.is_meta]
        assert not elsewhere, (
            f"{type(module).__name__} makes {', '.join(elsewhere)} on a device of its own choice: name no device when"
            " weights are made"
        )

    # Weights

    def test_the_state_dict_is_the_whole_state(self, config: ConfigT) -> None:
        """A module that is built with other weights and then loads these predicts the same."""
        module, other = self.built(config), self.built(config, seed=1)
        other.load_state_dict(module.state_dict())
        examples = self.examples(config)
        differs = difference(self.behaviour(other, examples), self.behaviour(module, examples))
        assert not differs, (
            f"{type(module).__name__} predicts otherwise with the weights of another one loaded ({differs}): register"
            " what is drawn when it is built as a parameter or a buffer"
        )

    def test_predicting_changes_no_weights(self, config: ConfigT) -> None:
        """Evaluation leaves the model as it was trained."""
        module = self.built(config)
        before = {name: each.clone() for name, each in module.state_dict().items()}
        self.behaviour(module, self.examples(config))
        differs = difference(dict(module.state_dict()), before)
        assert not differs, f"{type(module).__name__} changes its weights when it predicts ({differs})"

    # Training

    def test_losses_are_finite_scalars(self, config: ConfigT) -> None:
        """A training step can add them up."""
        wrong = scalar_losses(self._learned(config)[1])
        assert not wrong, f"{type(config).__name__}: {wrong}"

    def test_one_seed_learns_one_thing(self, config: ConfigT) -> None:
        """A training step can be repeated: chance comes from torch's global generator."""
        differs = difference(self._learned(config)[1], self._learned(config)[1])
        assert not differs, (
            f"{type(config).__name__} has two losses from one seed ({differs}): draw from torch's global generator, and"
            " from nothing else"
        )

    def test_gradients_reach_every_parameter(self, config: ConfigT) -> None:
        """What can learn does; what shall not says ``requires_grad_(False)``."""
        module, losses = self._learned(config)
        torch.autograd.backward(sum(losses.values(), torch.zeros((), requires_grad=True)))
        untaught = [
            name for name, weight in module.named_parameters() if weight.requires_grad and not _is_taught(weight)
        ]
        assert not untaught, (
            f"{type(module).__name__}: no gradient reaches {', '.join(untaught)}: look for a detach(), a result that is"
            " not used or a part that always gives zero; what shall not learn needs requires_grad_(False)"
        )

    def _learned(self, config: ConfigT) -> tuple[ModuleT, Mapping[str, Tensor]]:
        module = self.built(config).train()
        with seeded(2):
            return module, self.losses(module, self.examples(config))


def _is_taught(weight: nn.Parameter) -> bool:
    return weight.grad is not None and bool(weight.grad.isfinite().all()) and bool(weight.grad.any())


def _weighed(returned: object) -> Tensor:
    """A sum in which every number has a weight of its own, so that none cancels out."""
    total = torch.zeros(())
    for each in numbers_in(returned):
        weights = torch.linspace(0.5, 1.5, each.numel()).reshape(each.shape)
        total = total + (each * weights).mean()
    return total
