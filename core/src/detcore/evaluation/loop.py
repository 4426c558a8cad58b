"""The evaluation loop: predict for a stream of pictures, let evaluators look, and leave the model as it was."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import nn

from detcore.evaluation.random_state import untouched_random_state
from detcore.evaluation.results import merge_results
from detcore.interfaces import Architecture, EvaluationResult, Evaluator, State
from detcore.structures import ModelInput, ModelOutput

__all__ = ["OnBatch", "evaluate"]

OnBatch = Callable[[Sequence[ModelInput], Sequence[ModelOutput]], None]
"""Sees every batch after the evaluators have: progress, pictures, predictions to keep."""

Gather = Callable[[State], Sequence[State]]
"""Every rank's state, from this rank's own."""


def evaluate(
    architecture: Architecture,
    stream: Iterable[Sequence[ModelInput]],
    evaluators: Sequence[Evaluator],
    *,
    on_batch: OnBatch | None = None,
    gather: Gather | None = None,
    forward: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> EvaluationResult:
    """What ``evaluators`` say of ``architecture``'s predictions for ``stream``, merged into one result.

    The evaluators are reset first. Each module's training mode and all random generators are afterwards as they were,
    so that evaluating more often does not change what is trained.

    With several ranks, each brings its share of the stream, and ``gather`` brings the evaluators' states together:
    called once per evaluator, in the same order on every rank, it returns every rank's state, and each rank then
    computes the same result. Without ``gather`` the result speaks of this process's pictures alone, on several ranks
    thus of a share of the data. ``on_batch`` sees this process's batches only, either way.

    ``forward`` makes what is put around each forward pass, such as a number format; evaluators see nothing of it.

    Raises:
        ConfigError: two evaluators report a value of the same name.
    """
    for evaluator in evaluators:
        evaluator.reset()
    with _predicting(architecture), untouched_random_state(architecture):
        for inputs in stream:
            with forward():
                outputs = architecture(inputs)
            for evaluator in evaluators:
                evaluator.process(inputs, outputs)
            if on_batch is not None:
                on_batch(inputs, outputs)
    if gather is not None:
        for evaluator in evaluators:
            evaluator.merge(gather(evaluator.state()))
    return merge_results([evaluator.evaluate() for evaluator in evaluators])


@contextmanager
def _predicting(model: nn.Module) -> Iterator[None]:
    """Evaluation mode, without gradients; afterwards each module is in the mode it was in, frozen ones included."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        # Not inference_mode: a tensor that a module caches here (anchors, grids) must serve in training later.
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes.items():
            module.training = mode
