"""Loading planned batches, in this process or in workers that read ahead.

What arrives is the same either way, in the same order, and so is an error in the data.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast

import cv2
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from detcore.data.worker_lifetime import end_with_parent
from detcore.errors import DetcoreError
from detcore.structures import ModelInput

__all__ = ["Load", "Loaded", "load_all"]

Ticket = TypeVar("Ticket")
"""What says of what a batch is made."""

Load = Callable[[Ticket], list[ModelInput]]
"""Turns a ticket into the batch. Runs in a worker, so it must pickle."""


class Loaded(NamedTuple, Generic[Ticket]):
    """A batch, with the ticket it was made from."""

    ticket: Ticket
    inputs: list[ModelInput]


def load_all(
    tickets: Iterable[Ticket], load: Load[Ticket], *, workers: int, pin_memory: bool = False
) -> Iterator[Loaded[Ticket]]:
    """Every ticket's batch, in order; ``workers`` processes read ahead, 0: each is loaded when it is asked for.

    Raises:
        DatasetError: as ``load`` raised it, in whatever process; batches before it arrive first.
    """
    if workers == 0:
        for ticket in tickets:
            yield Loaded(ticket, load(ticket))
        return
    for parcel in _loader(tickets, load, workers, pin_memory):
        if parcel.error is not None:
            raise parcel.error
        yield Loaded(parcel.ticket, parcel.unpack())


class _Parcel(Generic[Ticket]):
    """A batch on its way from a worker: pictures in shared memory, the rest as bytes.

    Left to itself torch would open a file descriptor for every small tensor of every object, and run out of them.
    """

    def __init__(self, ticket: Ticket, inputs: Sequence[ModelInput], error: DetcoreError | None = None) -> None:
        self.ticket = ticket
        self.error = error
        self.images: list[Tensor] = [item["image"] for item in inputs]
        self.rest = pickle.dumps([{key: value for key, value in item.items() if key != "image"} for item in inputs])

    def unpack(self) -> list[ModelInput]:
        rests = pickle.loads(self.rest)  # noqa: S301  # written by our own worker
        return [cast("ModelInput", {"image": image, **rest}) for image, rest in zip(self.images, rests, strict=True)]

    def pin_memory(self) -> "_Parcel[Ticket]":
        self.images = [image.pin_memory() for image in self.images]
        return self


class _Parcels(Dataset[_Parcel[Ticket]]):
    """``load`` as torch's workers want it: something to be indexed by a ticket."""

    def __init__(self, load: Load[Ticket]) -> None:
        self._load = load

    def __getitem__(self, ticket: Ticket) -> _Parcel[Ticket]:
        try:
            return _Parcel(ticket, self._load(ticket))
        except DetcoreError as error:
            # Sent as a value: raised here, torch would wrap the one sentence in this process's traceback.
            return _Parcel(ticket, [], error)


def _loader(
    tickets: Iterable[Ticket], load: Load[Ticket], workers: int, pin_memory: bool
) -> "DataLoader[_Parcel[Ticket]]":
    # A forked child inherits OpenCV's idea of its threads but not the threads, and would wait for them.
    cv2.setNumThreads(1)
    return DataLoader(
        _Parcels(load),
        sampler=tickets,
        batch_size=None,
        collate_fn=_as_it_is,
        num_workers=workers,
        pin_memory=pin_memory,
        worker_init_fn=_prepare_worker,
        # Of its own: the loader draws a seed, and must not move the generator that the model uses.
        generator=torch.Generator(),
    )


def _as_it_is(parcel: Any) -> Any:
    """In place of torch's collation, which would take the parcel apart."""
    return parcel


def _prepare_worker(worker: int) -> None:
    end_with_parent()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
