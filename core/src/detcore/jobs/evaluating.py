"""Evaluation of a run, from its folder."""

import os
from collections.abc import Sequence
from pathlib import Path

import torch

from detcore.config import ExperimentConfig
from detcore.errors import RunError
from detcore.evaluation import format_results, save_results, write_predictions
from detcore.interfaces import Architecture, Dataset, EvaluationResult
from detcore.jobs.assembly import open_dataset, registry_of, select_device
from detcore.jobs.batch_progress import BatchProgress
from detcore.jobs.building import failing_part_named
from detcore.jobs.failures import disk_errors_told, ending_noted
from detcore.jobs.measuring import measure
from detcore.jobs.picture_sheets import PictureSheets
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.run_hooks import ToldRun
from detcore.jobs.stored_model import find_checkpoint, load_model, stored_metadata
from detcore.structures import ModelInput, ModelOutput
from detcore.training import (
    RunLog,
    evaluation_metrics,
    read_checkpoint_state,
    remove_leftovers,
    replaced_folder,
    write_json,
    write_text,
)

__all__ = ["evaluate", "evaluate_told"]


def evaluate(
    run: str | os.PathLike[str], *, checkpoint: str | None = None, overrides: Sequence[str] = ()
) -> EvaluationResult:
    """Measure a run's model on its test pictures; print a table, and write ``evaluation/`` and ``predictions/``.

    ``checkpoint`` is ``"best"``, ``"last"`` or a checkpoint's name; left out: the best, else the last. ``overrides``
    change the stored experiment for this evaluation alone.

    Raises:
        RunError: there is no run, no such checkpoint, or nothing to evaluate on.
        DatasetError: the test data is wrong, or its classes are not those the model was trained on.
    """
    folder = RunFolder(Path(run))
    experiment = folder.load(overrides, warn_unlisted=True)
    with ToldRun(experiment, folder.path) as told:
        return evaluate_told(told, experiment, checkpoint=checkpoint)


def evaluate_told(told: ToldRun, experiment: ExperimentConfig, *, checkpoint: str | None = None) -> EvaluationResult:
    """As :func:`evaluate`, as a part of a run that may have begun before; ``experiment`` is what its folder holds."""
    folder = RunFolder(told.directory)
    with disk_errors_told(folder.path), failing_part_named(experiment):
        return _evaluate(told, folder, experiment, checkpoint)


def _evaluate(
    told: ToldRun, folder: RunFolder, experiment: ExperimentConfig, checkpoint: str | None
) -> EvaluationResult:
    if experiment.data.test is None or not experiment.evaluation.evaluators:
        raise RunError(f"{folder.path}: there is nothing to evaluate: the config has no data.test or no evaluators")
    path = find_checkpoint(folder, checkpoint)
    source = f"checkpoint {path.name}"
    registry = registry_of(experiment)
    classes = stored_metadata(path).classes
    dataset = open_dataset(experiment.data.test, registry=registry, classes=classes, source=source)
    device = select_device(experiment.training.device)
    model = load_model(experiment, path, device, registry=registry)
    step = read_checkpoint_state(path)["step"]
    remove_leftovers(folder.path)
    log = RunLog()
    log.open(folder.log)
    for change in folder.changes_since(experiment, registry):
        log.say(f"not as when the run began: {change}")
    log.say(f"evaluating {path} on {len(dataset)} pictures, on {device}")
    with ending_noted(folder, log, created=False):
        told.start()
        results = _measured(folder, experiment, model, dataset, device, log, step=step)
    _write(folder, path, results)
    log.say(format_results(results))
    registry.hooks.call("detcore_metrics_logged", metrics=evaluation_metrics(results), step=step)
    return results


def _measured(
    folder: RunFolder,
    experiment: ExperimentConfig,
    model: Architecture,
    dataset: Dataset,
    device: torch.device,
    log: RunLog,
    *,
    step: int,
) -> EvaluationResult:
    """The results; on the way, predictions are drawn and written."""
    config = experiment.evaluation
    with (
        replaced_folder(folder.predictions) as predictions,
        BatchProgress("evaluating", total=len(dataset), console=log.console) as progress,
        write_predictions(predictions / "coco_predictions.json", dataset.metadata) as file,
    ):
        sheets = PictureSheets(predictions, dataset, count=config.pictures, score_threshold=config.score_threshold)

        def on_batch(inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
            for each in (file, sheets, progress):
                each(inputs, outputs)

        registry = registry_of(experiment)
        return measure(experiment, model, dataset, device, step=step, registry=registry, on_batch=on_batch)


def _write(folder: RunFolder, checkpoint: Path, results: EvaluationResult) -> None:
    with replaced_folder(folder.evaluation) as evaluation:
        save_results(results, evaluation / "results.json")
        write_text(evaluation / "table.txt", format_results(results) + "\n")
        write_json(evaluation / "checkpoint.json", {"checkpoint": checkpoint.name})
