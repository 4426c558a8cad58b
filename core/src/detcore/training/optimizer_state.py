"""An optimizer's state as tensors by parameter name, and plain values: what a checkpoint can hold without pickle."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from detcore.errors import WeightsError
from detcore.training.json_value import JSONValue

__all__ = ["optimizer_tensors", "optimizer_values", "restore_optimizer"]


def optimizer_tensors(optimizer: Optimizer, model: nn.Module) -> dict[str, Tensor]:
    """``<parameter>/<entry>`` for every tensor in the optimizer's state."""
    return {
        f"{name}/{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimizer.state.get(parameter, {}).items()
        if isinstance(value, Tensor)
    }


def optimizer_values(optimizer: Optimizer, model: nn.Module) -> dict[str, JSONValue]:
    """The settings of each group in ``groups``; what is no tensor of each parameter's state in ``state``."""
    state = {
        name: {key: value for key, value in optimizer.state.get(parameter, {}).items() if not isinstance(value, Tensor)}
        for name, parameter in model.named_parameters()
    }
    return {
        "groups": [{key: group[key] for key in group if key != "params"} for group in optimizer.param_groups],
        "state": {name: values for name, values in state.items() if values},
    }


def restore_optimizer(
    optimizer: Optimizer, model: nn.Module, tensors: Mapping[str, Tensor], values: Mapping[str, Any]
) -> None:
    """Continue from what :func:`optimizer_tensors` and :func:`optimizer_values` gave.

    Raises:
        WeightsError: the optimizer has other groups than the one that was stored.
    """
    stored, present = len(values["groups"]), len(optimizer.param_groups)
    if stored != present:
        raise WeightsError(f"the checkpoint's optimizer has {stored} parameter groups, this run's has {present}")
    entries: dict[str, dict[str, object]] = {name: dict(state) for name, state in values["state"].items()}
    for full_name, tensor in tensors.items():
        name, _, key = full_name.rpartition("/")
        entries.setdefault(name, {})[key] = tensor
    indices = _indices(optimizer, model)
    groups = [
        settings | {"params": group["params"]}
        for settings, group in zip(values["groups"], optimizer.state_dict()["param_groups"], strict=True)
    ]
    state = {indices[name]: entry for name, entry in entries.items()}
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _indices(optimizer: Optimizer, model: nn.Module) -> dict[str, int]:
    """The number torch gives each parameter in an optimizer's state dict: the order over all groups."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    ordered = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    return {names[id(parameter)]: index for index, parameter in enumerate(ordered)}
