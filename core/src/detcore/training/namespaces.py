"""Several sets of named tensors in one file, told apart by the first part of their names."""

from collections.abc import Mapping

from torch import Tensor

__all__ = ["inside", "outside"]


def inside(space: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors with ``space/`` before every name."""
    return {f"{space}/{name}": tensor for name, tensor in tensors.items()}


def outside(space: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those tensors whose name begins with ``space/``, without it: the inverse of :func:`inside`."""
    start = f"{space}/"
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
