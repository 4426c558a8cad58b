"""Evaluation while training, and which checkpoint is the best."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from detcore.evaluation import metric
from detcore.interfaces import EvaluationResult, RunState, TrainerHook
from detcore.training.flat_names import flatten

__all__ = ["EvaluationHook", "chosen_metric"]


class EvaluationHook(TrainerHook):
    """Evaluates every so many epochs, with the weights that would be kept, and remembers the best result."""

    def __init__(
        self,
        *,
        evaluate: Callable[[RunState], EvaluationResult],
        every_epochs: float,
        best: str | None,
    ) -> None:
        self.evaluate = evaluate
        self.every_epochs = every_epochs
        self.metric = best
        self.value = math.nan
        self.best_step = -1
        self.last_step = -1
        self._epochs_before = 0.0

    def before_step(self, run: RunState) -> None:
        """Remember where the step began: an evaluation is due in the step that crosses its epoch."""
        self._epochs_before = run.epoch

    def after_step(self, run: RunState) -> None:
        """Evaluate when it is due; always after the last step."""
        crossed = run.epoch // self.every_epochs > self._epochs_before // self.every_epochs
        if crossed or run.step == run.total_steps:
            self._remember(run, self.evaluate(run))

    def _remember(self, run: RunState, results: EvaluationResult) -> None:
        self.last_step = run.step
        self.metric, value = chosen_metric(results, self.metric)
        # "not a number" (no object of any class) is worse than every number, but better than no evaluation at all.
        if self.best_step < 0 or math.isnan(self.value) or value > self.value:
            self.value, self.best_step = value, run.step

    def state_dict(self) -> dict[str, Tensor]:
        """Value and step of the best evaluation."""
        return {"best": torch.tensor([self.value, self.best_step], dtype=torch.float64)}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue with the best evaluation of the checkpoint."""
        self.value, self.best_step = state["best"][0].item(), int(state["best"][1])


def chosen_metric(results: EvaluationResult, name: str | None) -> tuple[str, float]:
    """Name and value of the metric that decides; the first one where ``name`` is ``None``.

    Raises:
        ConfigError: there is no such metric.
    """
    chosen = name if name is not None else next(iter(flatten(results)), "")
    return chosen, metric(results, chosen)
