"""Which pictures make up each batch: a pure function of sampler, grouping and a small state.

Batches are planned for all ranks together and cut into equal slices, so the state is the same on every rank, and every
rank's part of a batch holds pictures of one group.
"""

from collections.abc import Callable, Iterator
from itertools import chain, count
from typing import NamedTuple, TypedDict

from detcore.interfaces import Dataset, Sampler

__all__ = ["Plan", "StreamState", "aspect_ratio_group", "one_group", "plan_batches"]


class StreamState(TypedDict):
    """What of a stream has been consumed; plain JSON, the same whatever was prefetched."""

    position: int
    """The first position of the sampler that has not been drawn."""

    waiting: list[int]
    """Positions before it that were drawn but wait for others of their group, in ascending order."""


class Plan(NamedTuple):
    """One batch before it is loaded."""

    positions: tuple[int, ...]
    """Positions of the sampler, for all ranks together."""

    state: StreamState
    """The stream's state once this batch is consumed."""


def plan_batches(
    sampler: Sampler, *, group: Callable[[int], str], batch_size: int, start: StreamState
) -> Iterator[Plan]:
    """Batches without end, each of ``batch_size`` positions whose pictures (dataset indices) share a ``group``."""
    buckets: dict[str, list[int]] = {}
    for position in chain(start["waiting"], count(start["position"])):
        bucket = buckets.setdefault(group(sampler[position]), [])
        bucket.append(position)
        if len(bucket) == batch_size:
            positions = tuple(bucket)
            bucket.clear()
            yield Plan(positions, _state_after(position, buckets, start))


def _state_after(position: int, buckets: dict[str, list[int]], start: StreamState) -> StreamState:
    not_yet_grouped = [waiting for waiting in start["waiting"] if waiting > position]
    waiting = sorted(chain(*buckets.values(), not_yet_grouped))
    return StreamState(position=max(start["position"], position + 1), waiting=waiting)


def aspect_ratio_group(dataset: Dataset) -> Callable[[int], str]:
    """Whether a picture is ``"wide"`` or ``"tall"``; a square one is tall."""

    def group(index: int) -> str:
        height, width = dataset.image_size(index)
        return "wide" if width > height else "tall"

    return group


def one_group(index: int) -> str:
    """Every picture goes with every other."""
    return "any"
