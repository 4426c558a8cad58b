"""Number formats of the forward and backward pass."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from detcore.config.sections import Precision
from detcore.errors import ConfigError

__all__ = ["MixedPrecision", "forward_pass_in"]

_DTYPES = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}


class MixedPrecision:
    """Runs the forward pass in one number format and keeps weights and updates in float32.

    Raises:
        ConfigError: ``float16`` anywhere but on a CUDA device, where its small range is not made up for.
    """

    def __init__(self, *, precision: Precision, device: torch.device) -> None:
        _refuse_unfit(precision, device, setting="training.precision")
        self.precision = precision
        self.device = device
        self.scaler = torch.amp.GradScaler(device.type, enabled=precision == Precision.FLOAT16)

    def forward(self) -> AbstractContextManager[object]:
        """Around the forward pass."""
        return _autocast(self.precision, self.device)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of ``loss``."""
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward untyped

    @property
    def leaves_steps_out(self) -> bool:
        """Whether :meth:`step` does nothing where a gradient is not finite, and goes on with a smaller scale."""
        return self.scaler.is_enabled()

    def gradient_norm(self, optimizer: Optimizer, parameters: Sequence[Tensor]) -> Tensor:
        """The norm of all gradients together, unscaled; to be asked for once before each :meth:`step`."""
        self.scaler.unscale_(optimizer)
        return torch.nn.utils.get_total_norm([each.grad for each in parameters if each.grad is not None])

    def step(self, optimizer: Optimizer, parameters: Sequence[Tensor], *, norm: Tensor, clip: float | None) -> None:
        """Clip all gradients together, whose norm is ``norm``, to the norm ``clip``; then step."""
        if clip is not None:
            torch.nn.utils.clip_grads_with_norm_(parameters, clip, norm)
        self.scaler.step(optimizer)
        self.scaler.update()

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds of the gradient scale; empty where none is used."""
        return self.scaler.state_dict()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue with a stored gradient scale."""
        if state:
            self.scaler.load_state_dict(dict(state))


def forward_pass_in(
    precision: Precision, device: torch.device, *, setting: str
) -> Callable[[], AbstractContextManager[object]]:
    """What to put around each forward pass that learns nothing; ``setting`` is where the format was chosen.

    Raises:
        ConfigError: ``float16`` anywhere but on a CUDA device.
    """
    _refuse_unfit(precision, device, setting=setting)
    return lambda: _autocast(precision, device)


def _refuse_unfit(precision: Precision, device: torch.device, *, setting: str) -> None:
    if precision == Precision.FLOAT16 and device.type != "cuda":
        raise ConfigError(f"{setting}: 'float16' needs a CUDA device, not {device.type!r}; use 'bfloat16'")


def _autocast(precision: Precision, device: torch.device) -> AbstractContextManager[object]:
    if precision == Precision.FLOAT32:
        return nullcontext()
    return torch.autocast(device.type, dtype=_DTYPES[precision])
