"""Mistakes that a module, or a component of any kind, can make."""

import os
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from detcore.testing import ModuleConformance
from mutants.healthy import HEALTHY
from mutants.operators import Operator, built_as, overriding

__all__ = ["MODULE_OPERATORS"]

MODULES: Final = tuple(kind for kind, each in HEALTHY.items() if issubclass(each.kit, ModuleConformance))

WITH_LOSSES: Final = tuple(
    kind for kind in MODULES if kind in {"architecture", "ROI heads", "mask head", "keypoint head", "semantic head"}
)
"""Those with a method ``losses``."""

OBJECTS: Final = tuple(kind for kind in HEALTHY if kind not in {"schedule", "optimizer", "writer"})
"""Components that take an attribute more, and can be pickled."""

ASKED_BY: Final = {
    "backbone": "forward",
    "proposal generator": "forward",
    "ROI heads": "forward",
    "architecture": "infer",
    "augmentation": "__call__",
    "sampler": "__getitem__",
    "evaluator": "process",
    "assigner": "__call__",
    "dense assigner": "__call__",
    "box coder": "encode",
    "anchor generator": "forward",
    "ROI pooler": "forward",
    "box head": "forward",
    "mask head": "forward",
    "keypoint head": "forward",
    "top block": "forward",
    "semantic head": "forward",
    "dataset": "__getitem__",
    "weights format": "read",
}
"""The method by which a component of a kind is used."""

TAKES_TENSORS: Final = ("backbone", "assigner", "box coder", "ROI pooler", "box head", "keypoint head", "top block")
"""Kinds whose first argument is a tensor, or holds one."""


def asked(change: Any) -> Any:
    """As :func:`overriding`, of whatever method a component has for being used."""

    def mutate(config: Any) -> Any:
        kind = next(kind for kind, each in HEALTHY.items() if isinstance(config, type(each.config)))
        return overriding(**{ASKED_BY[kind]: change})(config)

    return mutate


def reading_global_randomness(self: Any, healthy: Any, *arguments: Any) -> Any:
    """Draws, whatever for."""
    np.random.random()  # noqa: NPY002  # the global one is the mistake
    return healthy(self, *arguments)


def moving_torch_randomness(self: Any, healthy: Any, *arguments: Any) -> Any:
    """The same of torch."""
    torch.rand(1)
    return healthy(self, *arguments)


def changing_its_input(self: Any, healthy: Any, first: Any, *others: Any) -> Any:
    """Adds to the first number of the first tensor, in place."""
    tensor = first if isinstance(first, Tensor) else first[0]
    tensor.view(-1)[0] += 0.125
    return healthy(self, first, *others)


def weights_of_chance(module: nn.Module) -> nn.Module:
    """Draws from the system's own randomness."""
    generator = torch.Generator().manual_seed(int.from_bytes(os.urandom(4), "big"))
    for weight in module.parameters():
        if not weight.is_meta:
            weight.data = torch.randn(weight.shape, generator=generator)
    return module


def with_attribute(name: str, make: Any) -> Any:
    """Something more inside a component."""

    def change(component: Any) -> Any:
        setattr(component, name, make())
        return component

    return built_as(change)


def with_buffer_on_the_cpu(module: nn.Module) -> nn.Module:
    """Names the device itself."""
    module.register_buffer("stray", torch.zeros(1, device="cpu"))
    return module


def counting_in_a_buffer(self: Any, healthy: Any, *arguments: Any) -> Any:
    """One more each time."""
    if not hasattr(self, "count"):
        self.register_buffer("count", torch.zeros(1))
    self.count += 1
    return healthy(self, *arguments)


def setting_the_environment(component: Any) -> Any:
    """As if nobody else were there."""
    os.environ["MUTANT_BUILT"] = str(int(os.environ.get("MUTANT_BUILT", "0")) + 1)
    return component


def losing(change: Any) -> Any:
    """A method ``losses`` whose every loss is changed."""

    def losses(self: Any, healthy: Any, *arguments: Any) -> Mapping[str, Tensor]:
        return {name: change(loss) for name, loss in healthy(self, *arguments).items()}

    return overriding(losses=losses)


MODULE_OPERATORS: Final = (
    Operator(
        "builds something else",
        "test_it_builds_a_component_of_its_kind",
        tuple(kind for kind in HEALTHY if kind != "writer"),  # its file would stay open
        built_as(lambda component: {"not": component}),
    ),
    Operator(
        "sets an environment variable when built",
        "test_building_has_no_side_effects",
        tuple(HEALTHY),
        built_as(setting_the_environment),
    ),
    Operator(
        "cannot be pickled",
        "test_component_can_be_pickled",
        OBJECTS,
        with_attribute("function", lambda: lambda: 0),
    ),
    Operator(
        "reads NumPy's global generator",
        "test_behaviour_depends_on_its_input_alone",
        tuple(ASKED_BY),
        asked(reading_global_randomness),
    ),
    Operator(
        "reads torch's global generator",
        "test_behaviour_depends_on_its_input_alone",
        tuple(ASKED_BY),
        asked(moving_torch_randomness),
    ),
    Operator("changes its input", "test_inputs_are_left_as_they_were", TAKES_TENSORS, asked(changing_its_input)),
    Operator("ignores the seed when built", "test_one_seed_builds_one_component", MODULES, built_as(weights_of_chance)),
    Operator(
        "has a weight that nothing uses",
        "test_gradients_reach_every_parameter",
        MODULES,
        with_attribute("idle", lambda: nn.Parameter(torch.ones(1))),
    ),
    Operator(
        "makes a weight on the CPU", "test_it_is_built_on_the_meta_device", MODULES, built_as(with_buffer_on_the_cpu)
    ),
    Operator(
        "counts in a buffer in evaluation",
        "test_predicting_changes_no_weights",
        tuple(kind for kind in MODULES if kind in ASKED_BY),
        asked(counting_in_a_buffer),
    ),
    Operator(
        "gives a loss of not-a-number", "test_losses_are_finite_scalars", WITH_LOSSES, losing(lambda x: x * torch.nan)
    ),
    Operator("gives a loss a row", "test_losses_are_finite_scalars", WITH_LOSSES, losing(lambda x: x[None])),
    Operator("drops a gradient", "test_gradients_reach_every_parameter", WITH_LOSSES, losing(lambda x: x.detach())),
    Operator(
        "draws a loss from NumPy",
        "test_one_seed_learns_one_thing",
        WITH_LOSSES,
        losing(lambda x: x * float.fromhex(f"0x1.{os.urandom(4).hex()}p0")),
    ),
)
