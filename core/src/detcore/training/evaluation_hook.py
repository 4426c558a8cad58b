"""Evaluation while training, and which checkpoint is the best."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from detcore.errors import ConfigError
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
        warn: Callable[[str], None],
    ) -> None:
        self.evaluate = evaluate
        self.every_epochs = every_epochs
        self.metric = best
        self.warn = warn
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
        self.metric, value = chosen_metric(results, self.metric, warn=self.warn)
        # "not a number" (no object of any class) is worse than every number, but better than no evaluation at all.
        if self.best_step < 0 or math.isnan(self.value) or value > self.value:
            self.value, self.best_step = value, run.step

    def state_dict(self) -> dict[str, Tensor]:
        """Value and step of the best evaluation, and the letters of its metric."""
        letters = torch.tensor(list((self.metric or "").encode()), dtype=torch.uint8)
        return {"best": torch.tensor([self.value, self.best_step], dtype=torch.float64), "metric": letters}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue with the best evaluation of the checkpoint."""
        self.value, self.best_step = state["best"][0].item(), int(state["best"][1])
        self.metric = self.metric or bytes(state["metric"].tolist()).decode() or None


def chosen_metric(results: EvaluationResult, name: str | None, *, warn: Callable[[str], None]) -> tuple[str, float]:
    """Name and value of the metric that decides; the first one where ``name`` is ``None``, or, with a warning, wrong.

    Only an evaluation tells which metrics there are, and by then too much has been computed to stop for a name.

    Raises:
        ConfigError: nothing was measured.
    """
    first = next(iter(flatten(results)), "")
    if name is None:
        return first, metric(results, first)
    try:
        return name, metric(results, name)
    except ConfigError as error:
        value = metric(results, first)
        warn(f"evaluation.best: {error}; {first} decides instead")
        return first, value
