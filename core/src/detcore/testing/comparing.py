"""Where two values, built of tensors, tables, lists and objects, are not the same."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import torch
from torch import Tensor

from detcore.structures import Instances

__all__ = ["difference", "numbers_in", "scalar_losses"]


def difference(found: object, expected: object, *, tolerance: float = 0.0) -> str:
    """The first place that differs, and how; empty: the two are equal, not-a-number being equal to itself.

    ``tolerance`` is relative to the largest number of a tensor.

    >>> difference({"p3": torch.zeros(2)}, {"p3": torch.ones(2)})
    "['p3'] differs by up to 1"
    """
    return next(_differences(found, expected, "", tolerance), "")


def numbers_in(value: object) -> Iterator[Tensor]:
    """Every tensor of real numbers inside, however deep."""
    if isinstance(value, Tensor):
        yield from [value] if value.is_floating_point() else []
        return
    for _, part in _parts(value):
        yield from numbers_in(part)


def scalar_losses(losses: Mapping[str, Tensor]) -> str:
    """What is wrong with a table of losses as a table of finite scalars; empty: nothing."""
    for name, loss in losses.items():
        if loss.ndim:
            return f"loss {name!r} is a tensor of shape {tuple(loss.shape)}, not a scalar: take its sum or mean"
        if not loss.isfinite():
            return f"loss {name!r} is {loss.item()}: divide by at least 1, and compute over no rows as over many"
    return ""


def _differences(found: object, expected: object, place: str, tolerance: float) -> Iterator[str]:
    if isinstance(found, np.ndarray) and isinstance(expected, np.ndarray):
        found, expected = torch.from_numpy(found.copy()), torch.from_numpy(expected.copy())
    if isinstance(found, Tensor) and isinstance(expected, Tensor):
        yield from _of_tensors(found, expected, place or "it", tolerance)
        return
    parts, others = dict(_parts(found)), dict(_parts(expected))
    if parts.keys() != others.keys():
        yield f"{place or 'it'} has {_listed(parts)} instead of {_listed(others)}"
    elif parts:
        for name, part in parts.items():
            yield from _differences(part, others[name], f"{place}{name}", tolerance)
    elif type(found) is not type(expected) or (_is_leaf(found) and not _equal(found, expected)):
        yield f"{place or 'it'} is {found!r} instead of {expected!r}"


def _of_tensors(found: Tensor, expected: Tensor, place: str, tolerance: float) -> Iterator[str]:
    if (found.shape, found.dtype) != (expected.shape, expected.dtype):
        kinds = [f"{tuple(each.shape)} of {each.dtype}" for each in (found, expected)]
        yield f"{place} is {kinds[0]} instead of {kinds[1]}"
        return
    a, b = found.detach().double().cpu(), expected.detach().double().cpu()
    allowed = tolerance * float(b.abs().nan_to_num(0.0, 0.0, 0.0).amax()) if b.numel() else 0.0
    if not torch.allclose(a, b, rtol=0.0, atol=allowed, equal_nan=True):
        yield f"{place} differs by up to {float((a - b).abs().nan_to_num(math.inf).amax()):.3g}"


def _parts(value: Any) -> Iterable[tuple[str, object]]:
    """What a value is made of, by what stands behind its name to get there."""
    if isinstance(value, Tensor | np.ndarray | str | bytes):
        return []
    if isinstance(value, Mapping):
        return [(f"[{key!r}]", part) for key, part in value.items()]
    if isinstance(value, Instances):
        return [(f".{name}", part) for name, part in value.fields().items()]
    if attrs.has(type(value)):
        return [(f".{field.name}", getattr(value, field.name)) for field in attrs.fields(type(value))]
    if isinstance(value, Sequence):
        names = getattr(value, "_fields", None)  # of a named tuple
        places = [f".{name}" for name in names] if names else [f"[{index}]" for index in range(len(value))]
        return list(zip(places, value, strict=True))
    return []


def _is_leaf(value: object) -> bool:
    """Whether equality says something; an object of some class of its own is only compared by what can be seen."""
    return isinstance(value, str | bytes | int | float | complex | None | type | frozenset | set)


def _equal(found: Any, expected: Any) -> bool:
    return bool(found == expected) or (isinstance(found, float) and math.isnan(found) and math.isnan(expected))


def _listed(parts: Mapping[str, object]) -> str:
    return ", ".join(parts) or "nothing"
