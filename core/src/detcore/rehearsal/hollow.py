"""Tensors with a shape and no values, for running a model without computing it.

Weights, and what is computed from them, are torch's fake tensors. What is not computed from them (anchors, objects)
is real. Where the shape of a result depends on values that a fake tensor does not have, they are made up as
:mod:`detcore.rehearsal.recipes` says, so that the proposals of a network about which nothing is known are matched,
suppressed and sampled as usual, in realistic numbers.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, Self

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensor,
    FakeTensorMode,
    UnsupportedOperatorException,
)
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from detcore.rehearsal.host_access import HostAccess
from detcore.rehearsal.recipes import Recipe, call, element, noise

__all__ = ["Hollow"]

WEIGHTED: Final = frozenset(
    f"aten::{name}"
    for name in ("convolution", "mm", "addmm", "bmm", "baddbmm", "_embedding_bag", "_embedding_bag_forward_only")
)
"""Layers whose output is taken for noise rather than computed; operators that are not torch's own are, too."""

SMALL: Final = 1 << 22
"""Numbers in a tensor that are computed rather than left out once they are known; 16 MiB in float32."""

NEEDS_VALUES: Final = (DataDependentOutputException, DynamicOutputShapeException, UnsupportedOperatorException)


class Hollow(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves its modes untyped
    """While active, whatever is computed from uninitialised or hollow tensors has a shape and no values.

    Operators on other tensors run as ever. Everything is on the CPU.
    """

    def __init__(self, *, spread: float = 1.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self._fake = FakeTensorMode(allow_non_fake_inputs=True)
        self.spread = spread
        """Standard deviation of what a layer is taken to put out, where somebody asks."""

        self._host_access = HostAccess(self._value)
        self._seeds = count()

    def __enter__(self) -> Self:
        self._host_access.__enter__()  # type: ignore[no-untyped-call]  # as above
        super().__enter__()  # type: ignore[no-untyped-call]  # as above
        return self

    def __exit__(self, *reason: Any) -> None:
        super().__exit__(*reason)  # type: ignore[no-untyped-call]  # as above
        self._host_access.__exit__(*reason)  # type: ignore[no-untyped-call]  # as above

    def hollow(self, tensor: Tensor) -> Tensor:
        """A tensor of this shape, type and layout without values."""
        made: Tensor = self._fake.from_tensor(tensor.detach().to("meta"), static_shapes=True)
        return made

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func.name() == "aten::empty.memory_format":
            with self._fake:
                return func(*args, **kwargs)
        hollow = [each for each in tree_leaves((args, kwargs)) if isinstance(each, FakeTensor)]
        if not hollow:
            return func(*args, **kwargs)
        if _fills_real_tensor(func, args) or (not _is_layer(func) and self._are_known_and_small(hollow)):
            return self._computed(func, args, kwargs)
        if func.name() == "aten::index.Tensor":
            args = (args[0], self._without_masks(args[1]))
        return self._hollow_or_computed(func, args, kwargs)

    def _hollow_or_computed(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        recipe = None if _is_layer(func) else call(func, *tree_map(self._recipe_or_itself, (args, kwargs)))
        try:
            with _without_warnings(func), self._fake:
                result = func(*args, **kwargs)
        except NEEDS_VALUES:
            return self._computed(func, args, kwargs)
        if recipe is not None:
            _remember(result, recipe)
        return result

    def _computed(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        values, named = tree_map(self._value, (args, kwargs))
        return func(*values, **named)

    def _without_masks(self, indices: Iterable[Tensor | None]) -> list[Tensor | None]:
        """Truths as the positions they choose, so that what is chosen from need not have values."""
        found: list[Tensor | None] = []
        for index in indices:
            if index is not None and index.dtype in {torch.bool, torch.uint8}:
                found += self._value(index).nonzero().unbind(1)
            else:
                found.append(index)
        return found

    def _are_known_and_small(self, tensors: Iterable[FakeTensor]) -> bool:
        """Whether somebody has asked for all of these values already, so that what follows from them costs little."""
        return all(each.numel() <= SMALL and self._recipe(each).is_known for each in tensors)

    def _recipe(self, tensor: FakeTensor) -> Recipe:
        recipe: Recipe | None = getattr(tensor, "recipe", None)
        if recipe is None:  # made outside, or by a layer
            recipe = noise(tensor, spread=self.spread, seed=next(self._seeds))
            tensor.recipe = recipe  # type: ignore[attr-defined]  # what torch's class does not know of
        return recipe

    def _recipe_or_itself(self, argument: object) -> object:
        return self._recipe(argument) if isinstance(argument, FakeTensor) else argument

    def _value(self, argument: Any) -> Any:
        return self._recipe(argument).value() if isinstance(argument, FakeTensor) else argument


@contextmanager
def _without_warnings(func: Any) -> Iterator[None]:
    """Around operators that are not torch's own: how torchvision says that a shape is not known is deprecated."""
    if func.namespace == "aten":
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _is_layer(func: Any) -> bool:
    return func.name() in WEIGHTED or func.namespace != "aten"


def _fills_real_tensor(func: Any, args: tuple[Any, ...]) -> bool:
    """Whether a tensor with values is changed in place by one without."""
    is_in_place = func.name().partition(".")[0].endswith("_")
    return is_in_place and isinstance(args[0], Tensor) and not isinstance(args[0], FakeTensor)


def _remember(result: object, recipe: Recipe) -> None:
    for position, each in enumerate(result if isinstance(result, list | tuple) else [result]):
        if isinstance(each, FakeTensor):
            each.recipe = recipe if each is result else element(recipe, position)  # type: ignore[attr-defined]  # as above
