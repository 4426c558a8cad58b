"""Bytes of the tensors that are alive, while a program runs."""

import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from torch import Tensor, UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

__all__ = ["LiveMemory"]


class LiveMemory(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves its modes untyped
    """While active, counts the memory of every tensor that comes to be, until it is let go.

    What an operator takes and gives back before it returns is not seen; real and hollow tensors count alike.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.live = 0
        """Bytes alive now."""

        self.peak = 0
        """The most that were alive at once, in bytes."""

        self._known: weakref.WeakKeyDictionary[UntypedStorage, int] = weakref.WeakKeyDictionary()

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        inputs = {id(storage) for storage in _storages((args, kwargs))}
        for storage in _storages(result):
            if id(storage) not in inputs and storage not in self._known:
                self._count(storage)
        return result

    def _count(self, storage: UntypedStorage) -> None:
        size = storage.nbytes()
        self._known[storage] = size
        self.live += size
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._forget, size)

    def _forget(self, size: int) -> None:
        self.live -= size


def _storages(tree: object) -> Iterator[UntypedStorage]:
    for leaf in tree_leaves(tree):
        if isinstance(leaf, Tensor):
            yield leaf.untyped_storage()
