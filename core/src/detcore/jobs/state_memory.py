"""The memory of a run that does not depend on pictures: exact, for it is that of the very objects, without values."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from detcore.config import ExperimentConfig
from detcore.jobs.model_parts import num_bytes
from detcore.jobs.plan_facts import InferenceMemory, ParameterGroupSize, TrainingMemory

__all__ = ["checkpoint_bytes", "group_sizes", "inference_memory", "step_once", "training_memory", "weight_copies"]


def step_once(optimizer: Optimizer) -> None:
    """Let the optimizer make its state, as the first step of a run does."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def training_memory(
    experiment: ExperimentConfig, model: nn.Module, optimizer: Optimizer, activations: int | None
) -> TrainingMemory:
    """Of a model and an optimizer that has its state."""
    return TrainingMemory(
        parameters=num_bytes(model.parameters()),
        gradients=num_bytes(parameter for parameter in model.parameters() if parameter.requires_grad),
        optimizer=num_bytes(_state(optimizer)),
        buffers=num_bytes(model.buffers()),
        weight_copies=weight_copies(experiment) * num_bytes(model.state_dict().values()),
        activations=activations,
    )


def inference_memory(model: nn.Module, activations: int | None) -> InferenceMemory:
    """Of a model alone."""
    return InferenceMemory(
        parameters=num_bytes(model.parameters()), buffers=num_bytes(model.buffers()), activations=activations
    )


def weight_copies(experiment: ExperimentConfig) -> int:
    """How many copies of the model's state the hooks keep."""
    return sum(hook.weight_copies for hook in experiment.training.hooks)


def checkpoint_bytes(experiment: ExperimentConfig, model: nn.Module, optimizer: Optimizer) -> int:
    """The tensors of one checkpoint: what to predict with, and what continuing takes besides."""
    copies = weight_copies(experiment)
    own_weights = 1 if copies else 0  # where an average is what to predict with, they are stored beside it
    return num_bytes(_state(optimizer)) + (1 + copies + own_weights) * num_bytes(model.state_dict().values())


def group_sizes(optimizer: Optimizer) -> list[ParameterGroupSize]:
    """How the optimizer treats which share of the parameters."""
    return [
        ParameterGroupSize(
            rate=float(group.get("initial_lr", group["lr"])),
            weight_decay=group.get("weight_decay"),
            parameters=sum(parameter.numel() for parameter in group["params"]),
        )
        for group in optimizer.param_groups
    ]


def _state(optimizer: Optimizer) -> Iterable[Tensor]:
    return (value for entries in optimizer.state.values() for value in entries.values() if isinstance(value, Tensor))
