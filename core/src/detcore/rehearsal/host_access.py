"""Hollow tensors handed to what is not torch, such as numpy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from torch import Tensor
from torch.overrides import TorchFunctionMode

__all__ = ["HostAccess"]

LEAVES_TORCH: Final = frozenset({Tensor.numpy, Tensor.__array__, Tensor.tolist})
"""Methods that read memory past every operator."""


class HostAccess(TorchFunctionMode):
    """While active, ``value`` is asked for a tensor's numbers before they leave torch."""

    def __init__(self, value: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self._value = value

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func in LEAVES_TORCH:
            args = (self._value(args[0]), *args[1:])
        return func(*args, **(kwargs or {}))
