"""Pictures for a run that has not started: the first of the dataset, or assumed ones where they cannot be had."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final

import torch
from attrs import evolve, frozen

from detcore.config import ExperimentConfig, SplitConfig
from detcore.errors import DatasetError
from detcore.interfaces import Architecture, Dataset
from detcore.jobs.assembly import evaluation_stream, local_batch_size, open_dataset, training_stream
from detcore.jobs.assumed_pictures import AssumedPictures, with_assumed_proposals
from detcore.plugins import Registry
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput

__all__ = ["PlannedPictures", "planned_test_pictures", "planned_training_pictures"]

LOOKED_AT: Final = 32
"""Pictures among which the largest training batch is sought; each takes some ten milliseconds to read."""

LOOKED_AT_OF_TEST: Final = 8
"""The same for testing, where sizes hardly differ."""


@frozen(kw_only=True, eq=False)
class PlannedPictures:
    """What one split brings before the network."""

    metadata: DatasetMetadata | None
    """``None``: the dataset cannot be opened."""

    num_pictures: int | None
    epoch_length: int | None
    """Pictures that one pass over the data takes: a sampler may repeat some, or leave some out."""

    first: list[ModelInput]
    """The first forward pass."""

    largest: list[ModelInput]
    """The one that pads to the most pixels among those looked at; of equal ones, the one with most objects."""

    assumed_because: str
    """Why ``first`` and ``largest`` are assumed; empty: they are the dataset's."""


@frozen(kw_only=True, eq=False)
class _Look:
    """The first forward passes over a dataset."""

    epoch_length: int
    passes: Iterable[Sequence[ModelInput]]


def planned_training_pictures(experiment: ExperimentConfig, model: Architecture, registry: Registry) -> PlannedPictures:
    """The first batches of training, cut into forward passes."""
    training = experiment.training
    size = -(-local_batch_size(training.batch_size) // training.micro_batches)

    def look(dataset: Dataset) -> _Look:
        stream = training_stream(_without_workers(experiment), dataset, model, torch.device("cpu"), registry=registry)
        batches = islice(stream, max(1, LOOKED_AT // training.batch_size))
        passes = (b.inputs[start : start + size] for b in batches for start in range(0, len(b.inputs), size))
        return _Look(epoch_length=stream.epoch_length, passes=passes)

    return _planned(experiment, experiment.data.train, look, registry)


def planned_test_pictures(
    experiment: ExperimentConfig, model: Architecture, registry: Registry
) -> PlannedPictures | None:
    """The first batches of the test split; ``None``: there is none."""
    if experiment.data.test is None:
        return None

    def look(dataset: Dataset) -> _Look:
        stream = evaluation_stream(_without_workers(experiment), dataset, model, torch.device("cpu"), registry=registry)
        batches = islice(stream, max(1, LOOKED_AT_OF_TEST // experiment.evaluation.batch_size))
        return _Look(epoch_length=len(dataset), passes=batches)

    return _planned(experiment, experiment.data.test, look, registry)


def _planned(
    experiment: ExperimentConfig, split: SplitConfig, look: Callable[[Dataset], _Look], registry: Registry
) -> PlannedPictures:
    dataset, reason = _opened(experiment, split, registry)
    found = None if dataset is None else look(dataset)
    try:
        passes = [] if found is None else [list(each) for each in found.passes]
    except DatasetError as error:
        passes, reason = [], _first_line(error)
    if not passes:
        looked = look(AssumedPictures(experiment.data.classes))
        passes = [with_assumed_proposals(each) for each in looked.passes]
    return PlannedPictures(
        metadata=None if dataset is None else dataset.metadata,
        num_pictures=None if dataset is None else len(dataset),
        epoch_length=None if found is None else found.epoch_length,
        first=passes[0],
        largest=max(passes, key=_size),
        assumed_because=reason,
    )


def _opened(experiment: ExperimentConfig, split: SplitConfig, registry: Registry) -> tuple[Dataset | None, str]:
    """The dataset, or the reason why there is none."""
    try:
        dataset = open_dataset(split, registry=registry, classes=experiment.data.classes)
    except DatasetError as error:
        return None, _first_line(error)
    return (dataset, "") if len(dataset) else (None, "it holds no picture")


def _first_line(error: DatasetError) -> str:
    return str(error).partition("\n")[0]


def _without_workers(experiment: ExperimentConfig) -> ExperimentConfig:
    """A few pictures are read sooner than processes are started."""
    data = experiment.data
    return evolve(experiment, data=evolve(data, loader=evolve(data.loader, workers=0)))


def _size(inputs: Sequence[ModelInput]) -> tuple[int, int]:
    """Pixels once padded, then objects: what memory grows with."""
    height, width = (max(each["image"].shape[axis] for each in inputs) for axis in (-2, -1))
    return len(inputs) * height * width, sum(len(each["instances"]) for each in inputs if "instances" in each)
