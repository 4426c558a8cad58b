"""A run, told before it starts."""

from typing import Final

import torch

from detcore.config import ExperimentConfig
from detcore.errors import DetcoreError
from detcore.jobs.activation_memory import Rehearsal
from detcore.jobs.assembly import check_fit, local_batch_size, registry_of, total_steps
from detcore.jobs.learning_rates import rate_points
from detcore.jobs.model_parts import part_sizes
from detcore.jobs.plan_facts import Activations, Plan, RunLength
from detcore.jobs.planned_files import planned_files
from detcore.jobs.planned_pictures import PlannedPictures, planned_test_pictures, planned_training_pictures
from detcore.jobs.state_memory import checkpoint_bytes, group_sizes, inference_memory, training_memory
from detcore.training import world_size

__all__ = ["plan"]

NOTHING_KNOWN: Final = Activations(
    training_shape=None, test_shape=None, training=None, inference=None, multiply_adds=None
)


def plan(experiment: ExperimentConfig) -> Plan:
    """What a run of this experiment would do, take and write; nothing is trained and nothing is written.

    The model is built without weights. Datasets are opened where they are there, and a few pictures read.

    Raises:
        ConfigError: the model does not fit the data, or nothing in it learns.
        PluginError: a plugin failed to build its part.
    """
    registry = registry_of(experiment)
    rehearsal = Rehearsal.of(experiment, registry)
    model, optimizer = rehearsal.model, rehearsal.optimizer
    groups = group_sizes(optimizer)
    train = planned_training_pictures(experiment, model, registry)
    test = planned_test_pictures(experiment, model, registry)
    if train.metadata is not None:
        check_fit(experiment, train.metadata, None if test is None else test.metadata)
    length = _length(experiment, train, test)
    activations, refusal = _rehearsed(rehearsal, train, test)
    return Plan(
        length=length,
        rates=tuple(rate_points(experiment, length, groups[0].rate, registry)),
        groups=tuple(groups),
        parts=tuple(part_sizes(model, experiment.model, activations.multiply_adds)),
        training_shape=activations.training_shape,
        test_shape=activations.test_shape,
        training_memory=training_memory(experiment, model, optimizer, activations.training),
        inference_memory=inference_memory(model, activations.inference),
        precision=experiment.training.precision.value,
        device=_device(experiment),
        files=planned_files(experiment, length, checkpoint_bytes(experiment, model, optimizer)),
        unknown=_unknown(train, test, refusal),
    )


def _length(experiment: ExperimentConfig, train: PlannedPictures, test: PlannedPictures | None) -> RunLength:
    training, pictures = experiment.training, train.epoch_length
    steps_per_epoch = None if pictures is None else pictures / training.batch_size
    steps = training.steps if pictures is None else total_steps(experiment, pictures)
    epochs = training.epochs if steps is None or steps_per_epoch is None else steps / steps_per_epoch
    return RunLength(
        pictures=train.num_pictures,
        epoch_pictures=pictures,
        test_pictures=None if test is None else test.num_pictures,
        batch_size=training.batch_size,
        processes=world_size(),
        micro_batches=training.micro_batches,
        pictures_per_pass=-(-local_batch_size(training.batch_size) // training.micro_batches),
        steps_per_epoch=steps_per_epoch,
        steps=steps,
        epochs=epochs,
    )


def _rehearsed(rehearsal: Rehearsal, train: PlannedPictures, test: PlannedPictures | None) -> tuple[Activations, str]:
    """What going through a step and a prediction tells, or the reason why that is not possible.

    Raises:
        DetcoreError: as a part of the model raised it, which it would do in the run as well.
    """
    try:
        predicted = rehearsal.test_batch(train.largest) if test is None else test.largest
        return Activations(
            training_shape=rehearsal.shape(train.first, train.largest),
            test_shape=None if test is None else rehearsal.shape(test.first, test.largest),
            training=rehearsal.training(train.largest),
            inference=rehearsal.inference(predicted),
            multiply_adds=rehearsal.multiply_adds(predicted),
        ), ""
    except DetcoreError:
        raise
    except Exception as error:  # noqa: BLE001 - any code of any plugin runs here, on tensors it was not written for
        reason = str(error).partition("\n")[0]
        return NOTHING_KNOWN, f"the model does not run on tensors without values: {type(error).__name__}: {reason}"


def _device(experiment: ExperimentConfig) -> str:
    wanted = experiment.training.device
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def _unknown(train: PlannedPictures, test: PlannedPictures | None, refusal: str) -> dict[str, str]:
    """Reasons by what they are of, without those that are empty."""
    reasons = {
        "training pictures": train.assumed_because,
        "test pictures": "" if test is None else test.assumed_because,
        "activations": refusal,
    }
    return {what: reason for what, reason in reasons.items() if reason}
