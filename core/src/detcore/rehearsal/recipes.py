"""How the values of a tensor without values would come about, for the few that are asked for.

A chain goes back to the last layer with weights, about whose output nothing is known: it is noise.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._pytree import tree_map

__all__ = ["Recipe", "call", "element", "noise"]

VIEWS: Final = frozenset({"aten::view", "aten::_unsafe_view"})


class Recipe:
    """Makes a tensor's values when they are first asked for, and keeps them."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        self._value: Any = None

    @property
    def is_known(self) -> bool:
        """Whether the values have been asked for."""
        return self._make is None

    def value(self) -> Any:
        """The values."""
        if self._make is not None:
            self._value = self._make()
            self._make = None  # lets go of what it was made from
        return self._value


def noise(like: Tensor, *, spread: float, seed: int) -> Recipe:
    """Numbers around zero of ``like``'s shape and type, ``spread`` wide: a coin for truths, zeros for counts."""
    shape, dtype = tuple(like.shape), like.dtype

    def make() -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        if dtype == torch.bool:
            return torch.rand(shape, generator=generator) < 0.5
        if dtype.is_floating_point:
            return (torch.randn(shape, generator=generator) * spread).to(dtype)
        return torch.zeros(shape, dtype=dtype)

    return Recipe(make)


def call(function: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Recipe:
    """The result of ``function``; recipes among its arguments are followed when it is asked for.

    Arguments that are changed in place are copies.
    """
    args, kwargs = tree_map(_snapshot, (tuple(args), dict(kwargs)))
    # A copy may lie in memory otherwise than what it is a copy of.
    if function.name() in VIEWS:  # type: ignore[no-untyped-call]  # torch leaves it untyped
        function = torch.ops.aten.reshape.default

    def make() -> Any:
        values, named = tree_map(_followed, (args, kwargs))
        return function(*values, **named)

    return Recipe(make)


def element(of: Recipe, position: int) -> Recipe:
    """One of several results of a call."""
    return Recipe(lambda: of.value()[position])


def _snapshot(argument: object) -> object:
    return argument.detach().clone() if isinstance(argument, Tensor) else argument


def _followed(argument: object) -> object:
    return argument.value().clone() if isinstance(argument, Recipe) else argument
