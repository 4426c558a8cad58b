"""Which parameters learn how fast and are decayed how much.

Follows Detectron2's ``get_default_optimizer_params``: a decay given for biases also holds for the biases of norms.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

__all__ = ["ParameterGroup", "owned_parameters", "parameter_groups"]

_NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm, nn.LocalResponseNorm)
"""Layers whose parameters are scales and shifts; ``_NormBase`` covers batch and instance norms of every dimension."""


ParameterGroup = dict[str, Any]
"""One entry of a torch optimizer's ``param_groups``: ``params``, ``lr``, ``weight_decay``."""


def owned_parameters(model: nn.Module) -> Iterator[tuple[str, nn.Parameter, nn.Module]]:
    """Every trainable parameter once, with its full name and the module that owns it."""
    seen: set[int] = set()
    for prefix, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.requires_grad and id(parameter) not in seen:
                seen.add(id(parameter))
                yield f"{prefix}.{name}" if prefix else name, parameter, module


def parameter_groups(
    parameters: Iterable[tuple[str, nn.Parameter, nn.Module]],
    *,
    lr: float,
    weight_decay: float,
    weight_decay_norm: float,
    weight_decay_bias: float | None,
    lr_factor_bias: float,
) -> list[ParameterGroup]:
    """``parameters`` sorted into groups of equal learning rate and weight decay, in order of first appearance."""
    groups: dict[tuple[float, float], ParameterGroup] = {}
    for name, parameter, owner in parameters:
        is_bias = name.rpartition(".")[2] == "bias"
        decay = weight_decay_norm if is_norm(owner) else weight_decay
        if is_bias and weight_decay_bias is not None:
            decay = weight_decay_bias
        rate = lr * lr_factor_bias if is_bias else lr
        group = groups.setdefault((rate, decay), {"params": [], "lr": rate, "weight_decay": decay})
        group["params"].append(parameter)
    return list(groups.values())


def is_norm(module: nn.Module) -> bool:
    """Whether the module's parameters scale and shift normalised values.

    Plugins bring norm layers of their own, so a class counts as well that is called one and has but one number per
    channel: ``ChannelLayerNorm`` does, a convolution called ``ConvNorm`` does not.
    """
    if isinstance(module, _NORMS):
        return True
    is_called_norm = re.search(r"Norm(\dd)?$", type(module).__name__) is not None
    return is_called_norm and all(parameter.ndim <= 1 for parameter in module.parameters(recurse=False))
