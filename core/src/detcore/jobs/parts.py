"""Everything a training run is made of, opened and checked, before a file is written."""

from attrs import frozen
from torch import device
from torch.optim import Optimizer

from detcore.config import ExperimentConfig
from detcore.data import TrainingStream
from detcore.errors import ConfigError
from detcore.interfaces import Architecture, Dataset, TrainerHook
from detcore.jobs.assembly import (
    build_evaluators,
    build_model,
    build_optimizer,
    build_precision,
    check_fit,
    open_dataset,
    registry_of,
    select_device,
    tell_class_counts,
    total_steps,
    training_stream,
)
from detcore.jobs.building import built
from detcore.plugins import Registry
from detcore.training import MixedPrecision

__all__ = ["Parts", "open_parts"]


@frozen(kw_only=True, eq=False)
class Parts:
    """The objects of one experiment."""

    experiment: ExperimentConfig
    registry: Registry
    device: device
    dataset: Dataset
    """The training pictures."""

    test: Dataset | None
    """The test pictures, opened before training so that a mistake in them shows at once."""

    model: Architecture
    optimizer: Optimizer
    stream: TrainingStream
    precision: MixedPrecision
    hooks: list[TrainerHook]
    """Those the experiment names."""

    total_steps: int


def open_parts(experiment: ExperimentConfig) -> Parts:
    """Open the data, build the model and all around it.

    Raises:
        DatasetError: the data is wrong, or training and test data disagree about the classes.
        ConfigError: the parts do not fit what the data turned out to be.
        PluginError: a plugin failed to build one of them.
    """
    registry = registry_of(experiment)
    where = select_device(experiment.training.device)
    dataset = open_dataset(experiment.data.train, registry=registry, classes=experiment.data.classes)
    test = _open_test(experiment, dataset, registry)
    check_fit(experiment, dataset.metadata, None if test is None else test.metadata)
    model = build_model(experiment, where, registry=registry)
    tell_class_counts(model, dataset)
    stream = training_stream(experiment, dataset, model, where, registry=registry)
    return Parts(
        experiment=experiment,
        registry=registry,
        device=where,
        dataset=dataset,
        test=test,
        model=model,
        optimizer=build_optimizer(experiment, model, registry=registry),
        stream=stream,
        precision=build_precision(experiment, where),
        hooks=[built(registry, config) for config in experiment.training.hooks],
        total_steps=total_steps(experiment, stream.epoch_length),
    )


def _open_test(experiment: ExperimentConfig, dataset: Dataset, registry: Registry) -> Dataset | None:
    lacking = "data.test" if experiment.data.test is None else "" if experiment.evaluation.evaluators else "evaluators"
    if lacking and experiment.evaluation.every_epochs is not None:
        raise ConfigError(f"evaluation.every_epochs: there is nothing to evaluate on: the config has no {lacking}")
    if experiment.data.test is None:
        return None
    classes = dataset.metadata.classes
    test = open_dataset(experiment.data.test, registry=registry, classes=classes, source="the training data")
    predicted = experiment.model.outputs()
    build_evaluators(experiment.evaluation, test.metadata, registry=registry, predicted=predicted)
    return test
