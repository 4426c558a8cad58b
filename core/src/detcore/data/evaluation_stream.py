"""The pictures of a test set, once, in order."""

import math
from collections.abc import Iterator, Sequence

from attrs import frozen

from detcore.data.loading import load_all
from detcore.data.mapping import ChannelOrder, map_record
from detcore.data.randomness import sample_generator
from detcore.interfaces import Augmentation, Dataset
from detcore.structures import ModelInput

__all__ = ["EvaluationStream"]


class EvaluationStream:
    """Batches of ``batch_size`` pictures with their ``annotations``; each iteration begins anew.

    Of several ranks each sees every ``world_size``-th picture, so that none is seen twice; the last batch, and one
    rank's share, may be smaller than another's.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        augmentations: Sequence[Augmentation],
        batch_size: int,
        workers: int,
        channel_order: ChannelOrder,
        rank: int = 0,
        world_size: int = 1,
        pin_memory: bool = False,
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self._indices = range(rank, len(dataset), world_size)
        self._workers = workers
        self._pin_memory = pin_memory
        self._load = _LoadPictures(dataset=dataset, augmentations=tuple(augmentations), channel_order=channel_order)

    @property
    def num_pictures(self) -> int:
        """Pictures of this rank."""
        return len(self._indices)

    def __len__(self) -> int:
        """Batches of this rank."""
        return math.ceil(self.num_pictures / self.batch_size)

    def __iter__(self) -> Iterator[list[ModelInput]]:
        starts = range(0, self.num_pictures, self.batch_size)
        batches = [self._indices[start : start + self.batch_size] for start in starts]
        for loaded in load_all(batches, self._load, workers=self._workers, pin_memory=self._pin_memory):
            yield loaded.inputs


@frozen(kw_only=True, eq=False)
class _LoadPictures:
    """Loads the pictures of some indices; all of it that a worker needs."""

    dataset: Dataset
    augmentations: tuple[Augmentation, ...]
    channel_order: ChannelOrder

    def __call__(self, indices: Sequence[int], /) -> list[ModelInput]:
        return [self._picture(index) for index in indices]

    def _picture(self, index: int) -> ModelInput:
        return map_record(
            self.dataset[index],
            augmentations=self.augmentations,
            generator=sample_generator(0, 0, index),
            channel_order=self.channel_order,
            training=False,
        )
