"""Evaluation of a model on the test pictures of an experiment."""

from collections.abc import Callable, Sequence

import torch

from detcore.config import ExperimentConfig
from detcore.evaluation import evaluate
from detcore.interfaces import Architecture, Dataset, EvaluationResult
from detcore.jobs.assembly import build_evaluators, evaluation_forward, evaluation_stream
from detcore.plugins import Registry
from detcore.structures import ModelInput, ModelOutput

__all__ = ["OnBatch", "measure"]

OnBatch = Callable[[Sequence[ModelInput], Sequence[ModelOutput]], None]
"""Sees every batch with its predictions."""


def measure(
    experiment: ExperimentConfig,
    model: Architecture,
    dataset: Dataset,
    device: torch.device,
    *,
    step: int,
    registry: Registry,
    on_batch: OnBatch | None = None,
) -> EvaluationResult:
    """What the experiment's evaluators say of ``model``, which has learnt for ``step`` steps, on ``dataset``."""
    stream = evaluation_stream(experiment, dataset, model, device, registry=registry)
    predicted = experiment.model.outputs()
    evaluators = build_evaluators(experiment.evaluation, dataset.metadata, registry=registry, predicted=predicted)
    forward = evaluation_forward(experiment, device)
    registry.hooks.call("detcore_before_evaluation", model=model, step=step)
    results = evaluate(model, stream, evaluators, on_batch=on_batch, forward=forward)
    registry.hooks.call("detcore_after_evaluation", results=results, step=step)
    return results
