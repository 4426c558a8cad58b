"""What is asked of a trainer hook."""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from detcore.interfaces import TrainerHook
from detcore.specs import TrainerHookConfig
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import noise
from detcore.testing.seeding import seeded

__all__ = ["ToyRun", "TrainerHookConformance"]


class ToyRun:
    """A run that learns nothing of use: what hooks see of it is all there."""

    def __init__(self, *, total_steps: int = 4) -> None:
        with seeded(0):
            self.model: nn.Module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        self.step = 0
        self.total_steps = total_steps
        self.metrics: dict[str, float] = {}

    @property
    def epoch(self) -> float:
        """Two steps each."""
        return self.step / 2

    def advance(self) -> None:
        """One optimizer step, without a hook."""
        self.step += 1
        self.metrics = {"loss": 1.0 / self.step}
        with torch.no_grad():
            for index, parameter in enumerate(self.model.parameters()):
                parameter.add_(noise(*parameter.shape, seed=10 * self.step + index), alpha=0.1)


class TrainerHookConformance(ComponentConformance[TrainerHookConfig, TrainerHook]):
    """Checks of a hook: it goes through a run, and goes on from its state as if nothing had been.

    ::

        class TestMyHook(TrainerHookConformance):
            config = MyHookConfig
    """

    interface = TrainerHookConfig
    component = TrainerHook

    def build(self, config: TrainerHookConfig) -> TrainerHook:
        """As a trainer does."""
        return config.build()

    def examples(self, config: TrainerHookConfig) -> None:
        """Nothing: each check makes its run."""

    def behaviour(self, component: TrainerHook, examples: Any) -> object:
        """What the run and the hook are after a few steps; of a copy, so that it can be asked again."""
        hook, run = copy.deepcopy(component), ToyRun()
        hook.before_training(run)
        _steps(hook, run, 3)
        hook.before_evaluation(run)
        hook.after_evaluation(run, {"bbox": {"AP": 50.0}})
        hook.after_training(run)
        return dict(run.model.state_dict()), hook.state_dict(), hook.evaluation_weights(), run.metrics

    def test_state_is_tensors_by_name(self, config: TrainerHookConfig) -> None:
        """Checkpoints hold nothing else."""
        hook, run = self.built(config), ToyRun()
        hook.before_training(run)
        _steps(hook, run, 2)
        state: Mapping[str, object] = hook.state_dict()
        wrong = {name: type(each).__name__ for name, each in state.items() if not isinstance(each, Tensor)}
        assert not wrong, f"{type(hook).__name__}.state_dict() holds {wrong}: hold tensors, of one number if need be"

    def test_state_goes_on(self, config: TrainerHookConfig) -> None:
        """A run that is resumed has the state that the whole run would have had."""
        hook, run = self.built(config), ToyRun()
        hook.before_training(run)
        _steps(hook, run, 2)
        resumed, rest = self.built(config), copy.deepcopy(run)
        resumed.load_state_dict({name: each.clone() for name, each in hook.state_dict().items()})
        resumed.before_training(rest)
        for each, its_run in ((hook, run), (resumed, rest)):
            _steps(each, its_run, 2)
        found = (resumed.state_dict(), resumed.evaluation_weights(), rest.metrics)
        differs = difference(found, (hook.state_dict(), hook.evaluation_weights(), run.metrics))
        assert not differs, (
            f"{type(hook).__name__} is in another state once it has been resumed ({differs}): put into state_dict()"
            " whatever steps hand on, and do not begin anew in before_training()"
        )

    def test_metrics_stay_numbers(self, config: TrainerHookConfig) -> None:
        """Writers take numbers only."""
        hook, run = self.built(config), ToyRun()
        hook.before_training(run)
        _steps(hook, run, 1)
        metrics: Mapping[str, object] = run.metrics
        wrong = {name: value for name, value in metrics.items() if not isinstance(value, float | int)}
        assert not wrong, f"{type(hook).__name__} puts {wrong} among the metrics: add numbers by name"
        assert "loss" in run.metrics, f"{type(hook).__name__} takes metrics of others away: only add to them"

    def test_evaluation_weights_fit_the_model(self, config: TrainerHookConfig) -> None:
        """What is evaluated instead of the model's own weights is a whole state of it."""
        hook, run = self.built(config), ToyRun()
        hook.before_training(run)
        _steps(hook, run, 1)
        weights = hook.evaluation_weights()
        expected = {name: tuple(each.shape) for name, each in run.model.state_dict().items()}
        found: Mapping[str, object] = {name: tuple(each.shape) for name, each in (weights or {}).items()}
        assert weights is None or found == expected, (
            f"{type(hook).__name__}.evaluation_weights() holds {found}, but the model {expected}"
        )

    def test_a_run_that_ends_early_is_closed(self, config: TrainerHookConfig) -> None:
        """``after_training`` comes whenever a run ends, before its first step too."""
        hook, run = self.built(config), ToyRun()
        hook.before_training(run)
        try:
            hook.after_training(run)
        except Exception as error:
            raise AssertionError(
                f"{type(hook).__name__}.after_training() fails where no step was done: {type(error).__name__}: {error}"
            ) from error


def _steps(hook: TrainerHook, run: ToyRun, number: int) -> None:
    for _ in range(number):
        hook.before_step(run)
        run.advance()
        hook.after_step(run)
