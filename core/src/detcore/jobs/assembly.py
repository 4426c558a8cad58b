"""From a config to the objects of a run, one short function each."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from torch.optim import Optimizer

from detcore.config import EvaluationConfig, ExperimentConfig, SplitConfig, registry_chosen_by
from detcore.data import (
    ConcatenatedDataset,
    EvaluationStream,
    ShuffleSamplerConfig,
    TrainingStream,
    check_classes,
    class_image_counts,
)
from detcore.errors import ConfigError
from detcore.interfaces import Architecture, Dataset, Evaluator, LearnsClassCounts
from detcore.jobs.building import built
from detcore.plugins import Registry, installed_registry
from detcore.specs import DatasetMetadata, DataSpec, refuse, true_of_all, under
from detcore.training import MixedPrecision, forward_pass_in, owned_parameters, rank, seed_everything, world_size

__all__ = [
    "build_evaluators",
    "build_model",
    "build_optimizer",
    "build_precision",
    "check_fit",
    "evaluation_forward",
    "evaluation_stream",
    "open_dataset",
    "registry_of",
    "select_device",
    "tell_class_counts",
    "total_steps",
    "training_stream",
]


def registry_of(experiment: ExperimentConfig) -> Registry:
    """The components this experiment may use, those of its hook plugins among them."""
    return registry_chosen_by(experiment.plugins, installed_registry())


def select_device(name: str) -> torch.device:
    """The device that ``training.device`` means.

    Raises:
        ConfigError: there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=name)
        return torch.device(name)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0]
        raise ConfigError(f"training.device: {name!r} cannot be used here: {reason}") from error


def open_dataset(
    split: SplitConfig, *, registry: Registry, classes: Sequence[str] | None, source: str = "data.classes"
) -> Dataset:
    """The split's datasets as one, annotations read and checked.

    Raises:
        DatasetError: something in them is wrong, or their classes are not ``classes``, which ``source`` lists.
    """
    datasets = [built(registry, config) for config in split.datasets]
    dataset = datasets[0] if len(datasets) == 1 else ConcatenatedDataset(datasets)
    if classes is not None:
        check_classes(classes, dataset.metadata, source=source)
    return dataset


def check_fit(experiment: ExperimentConfig, metadata: DatasetMetadata, test: DatasetMetadata | None) -> None:
    """Check the model against what opening the training data has shown, and the ``test`` data where there is any.

    Raises:
        ConfigError: they do not fit; lists every problem.
    """
    opened = {"data.train": metadata, **({"data.test": test} if test else {})}
    data = DataSpec(
        classes=metadata.classes,
        has_masks=metadata.has_masks,
        keypoints=metadata.keypoints,
        stuff_classes=metadata.stuff_classes,
        has_proposals=true_of_all(each.has_proposals for each in opened.values()),
        without_proposals=tuple(split for split, each in opened.items() if each.has_proposals is False),
    )
    problems = [problem for problem in experiment.model.check(data) if problem.severity == "error"]
    if problems:
        raise ConfigError("\n".join(f"{'.'.join(map(str, ('model', *p.path)))}: {p.message}" for p in problems))


def build_model(experiment: ExperimentConfig, device: torch.device, *, registry: Registry) -> Architecture:
    """The model with fresh weights, which depend on ``run.seed`` and on nothing that happened before."""
    seed_everything(experiment.run.seed)
    return built(registry, experiment.model).to(device)


def tell_class_counts(model: Architecture, dataset: Dataset) -> None:
    """Tell those parts of the model that want to know it how many training pictures show each class."""
    parts = [part for part in model.modules() if isinstance(part, LearnsClassCounts) and part.needs_class_counts]
    if parts:
        counts = class_image_counts(dataset)
        for part in parts:
            part.learn_class_counts(counts)


def training_stream(
    experiment: ExperimentConfig, dataset: Dataset, model: Architecture, device: torch.device, *, registry: Registry
) -> TrainingStream:
    """Batches for this process."""
    data = experiment.data
    sampler = data.train.sampler or ShuffleSamplerConfig()
    return TrainingStream(
        dataset,
        sampler=built(registry, sampler, dataset=dataset, seed=experiment.run.seed),
        augmentations=[built(registry, config) for config in data.train.augmentations],
        batch_size=local_batch_size(experiment.training.batch_size),
        seed=experiment.run.seed,
        workers=data.loader.workers,
        aspect_ratio_grouping=data.loader.aspect_ratio_grouping,
        channel_order=model.channel_order,
        sem_seg=model.learns_sem_seg,
        rank=rank(),
        world_size=world_size(),
        pin_memory=device.type == "cuda",
    )


def local_batch_size(batch_size: int) -> int:
    """This process's share of a batch.

    Raises:
        ConfigError: it cannot be shared evenly.
    """
    if batch_size % world_size():
        raise ConfigError(f"training.batch_size ({batch_size}) must be a multiple of the {world_size()} processes")
    return batch_size // world_size()


def evaluation_stream(
    experiment: ExperimentConfig, dataset: Dataset, model: Architecture, device: torch.device, *, registry: Registry
) -> EvaluationStream:
    """The test pictures for this process."""
    split = experiment.data.test
    assert split is not None, "the dataset was opened from it"
    return EvaluationStream(
        dataset,
        augmentations=[built(registry, config) for config in split.augmentations],
        batch_size=experiment.evaluation.batch_size,
        workers=experiment.data.loader.workers,
        channel_order=model.channel_order,
        rank=rank(),
        world_size=world_size(),
        pin_memory=device.type == "cuda",
    )


def build_evaluators(
    config: EvaluationConfig,
    metadata: DatasetMetadata,
    *,
    registry: Registry,
    predicted: frozenset[str] | None = None,
) -> list[Evaluator]:
    """Evaluators that have seen nothing yet, for a model that predicts ``predicted`` (``None``: not known).

    Raises:
        ConfigError: one needs to know something about the data that the data does not say, or does not fit it.
    """
    for evaluator in config.evaluators:
        for name in sorted(evaluator.needs().metadata):
            if not getattr(metadata, name):
                raise ConfigError(
                    f"evaluation.evaluators: {type(evaluator).__name__} needs {name}, which the data lacks"
                )
    for index, evaluator in enumerate(config.evaluators):
        problems = evaluator.check(metadata=metadata, predicted=predicted)
        refuse(under(problems, "evaluation", "evaluators", index))
    return [built(registry, evaluator, metadata=metadata) for evaluator in config.evaluators]


def build_optimizer(experiment: ExperimentConfig, model: Architecture, *, registry: Registry) -> Optimizer:
    """The optimizer over everything in the model that learns.

    Raises:
        ConfigError: nothing does.
    """
    parameters = list(owned_parameters(model))
    if not parameters:
        raise ConfigError("model: every parameter is frozen, so there is nothing to train")
    return built(registry, experiment.optimizer, parameters=parameters)


def build_precision(experiment: ExperimentConfig, device: torch.device) -> MixedPrecision:
    """The number format of the forward pass."""
    return MixedPrecision(precision=experiment.training.precision, device=device)


def evaluation_forward(
    experiment: ExperimentConfig, device: torch.device
) -> Callable[[], AbstractContextManager[object]]:
    """What to put around each forward pass that predicts."""
    return forward_pass_in(experiment.evaluation.precision, device, setting="evaluation.precision")


def total_steps(experiment: ExperimentConfig, epoch_length: int) -> int:
    """Optimizer steps of the whole run."""
    training = experiment.training
    if training.steps is not None:
        return training.steps
    assert training.epochs is not None, "TrainingConfig sees to it"
    return max(1, math.ceil(training.epochs * epoch_length / training.batch_size))
