"""The endless stream of training batches, which can be left and taken up again anywhere.

The sample at each position, and its augmentation, is a pure function of (seed, epoch, position). Workers, reading ahead
and grouping change when something is loaded, never what; a :class:`Batch` carries the state that says what has been
consumed once it is.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from detcore.data.loading import load_all
from detcore.data.mapping import ChannelOrder, map_record
from detcore.data.planning import Plan, StreamState, aspect_ratio_group, one_group, plan_batches
from detcore.data.randomness import sample_generator
from detcore.interfaces import Augmentation, Dataset, SampleMix, Sampler
from detcore.structures import ModelInput, Record

__all__ = ["Batch", "TrainingStream"]


@frozen(kw_only=True, eq=False)
class Batch:
    """One batch of one rank."""

    inputs: list[ModelInput]

    state: StreamState
    """What to hand to :meth:`TrainingStream.resume` to continue after this batch; the same on every rank."""


class TrainingStream:
    """Batches of ``batch_size`` pictures for this rank, without end.

    All ranks together see each position of the sampler exactly once. Pictures without objects are kept.
    ``sem_seg`` asks for semantic maps.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        sampler: Sampler,
        augmentations: Sequence[Augmentation | SampleMix],
        batch_size: int,
        seed: int,
        workers: int,
        aspect_ratio_grouping: bool,
        channel_order: ChannelOrder,
        sem_seg: bool = False,
        rank: int = 0,
        world_size: int = 1,
        pin_memory: bool = False,
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self._sampler = sampler
        self._seed = seed
        self._workers = workers
        self._pin_memory = pin_memory
        self._global_batch_size = batch_size * world_size
        self._group = aspect_ratio_group(dataset) if aspect_ratio_grouping else one_group
        self._start = StreamState(position=0, waiting=[])
        self._load = _LoadSamples(
            dataset=dataset,
            sampler=sampler,
            augmentations=tuple(augmentations),
            seed=seed,
            channel_order=channel_order,
            sem_seg=sem_seg,
            slice=slice(rank * batch_size, (rank + 1) * batch_size),
        )

    @property
    def epoch_length(self) -> int:
        """Pictures of one pass over the data."""
        return self._sampler.epoch_length

    def resume(self, state: StreamState) -> None:
        """Let the next iteration continue after the batch that carried ``state``."""
        self._start = StreamState(position=state["position"], waiting=list(state["waiting"]))

    def __iter__(self) -> Iterator[Batch]:
        plans = plan_batches(self._sampler, group=self._group, batch_size=self._global_batch_size, start=self._start)
        for plan, inputs in load_all(plans, self._load, workers=self._workers, pin_memory=self._pin_memory):
            yield Batch(inputs=inputs, state=plan.state)


@frozen(kw_only=True, eq=False)
class _LoadSamples:
    """Loads this rank's slice of a plan; all of it that a worker needs."""

    dataset: Dataset
    sampler: Sampler
    augmentations: tuple[Augmentation | SampleMix, ...]
    seed: int
    channel_order: ChannelOrder
    sem_seg: bool
    slice: slice

    def __call__(self, plan: Plan, /) -> list[ModelInput]:
        return [self._sample(position) for position in plan.positions[self.slice]]

    def _sample(self, position: int) -> ModelInput:
        return map_record(
            self.dataset[self.sampler[position]],
            augmentations=self.augmentations,
            generator=sample_generator(self.seed, *divmod(position, self.sampler.epoch_length)),
            channel_order=self.channel_order,
            training=True,
            keypoint_flip=self.dataset.metadata.keypoint_flip,
            draw_other=self._draw_other,
            sem_seg=self.sem_seg,
        )

    def _draw_other(self, generator: np.random.Generator) -> Record:
        return self.dataset[int(generator.integers(len(self.dataset)))]
