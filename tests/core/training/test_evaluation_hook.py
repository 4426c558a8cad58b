import math
from types import SimpleNamespace

import pytest

from detcore.errors import ConfigError
from detcore.training import EvaluationHook
from detcore.training.evaluation_hook import chosen_metric


def train(hook, *, steps, epoch_length):
    """Let a run of so many steps pass by the hook."""
    for step in range(1, steps + 1):
        hook.before_step(SimpleNamespace(epoch=(step - 1) / epoch_length))
        hook.after_step(SimpleNamespace(step=step, total_steps=steps, epoch=step / epoch_length))


def hook_for(values, every_epochs=1.0, best="AP", warn=pytest.fail):
    evaluated = []

    def evaluate(run):
        evaluated.append(run.step)
        return {"AP": values[len(evaluated) - 1]}

    return EvaluationHook(evaluate=evaluate, every_epochs=every_epochs, best=best, warn=warn), evaluated


def test_it_evaluates_in_the_step_that_completes_an_epoch_and_in_the_last():
    hook, evaluated = hook_for([1.0] * 4)

    train(hook, steps=8, epoch_length=2.5)

    assert evaluated == [3, 5, 8]


def test_the_best_value_and_its_step_are_remembered():
    hook, _ = hook_for([10.0, 30.0, 20.0])

    train(hook, steps=3, epoch_length=1)

    assert (hook.best_step, hook.value) == (2, 30.0)


@pytest.mark.parametrize(("values", "best"), [([math.nan, 1.0], 2), ([1.0, math.nan], 1)])
def test_any_number_is_better_than_none(values, best):
    hook, _ = hook_for(values)

    train(hook, steps=2, epoch_length=1)

    assert hook.best_step == best


def test_a_resumed_hook_knows_the_best_of_before():
    first, _ = hook_for([50.0])
    train(first, steps=1, epoch_length=1)
    second, _ = hook_for([40.0])

    second.load_state_dict(first.state_dict())
    train(second, steps=1, epoch_length=1)

    assert (second.best_step, second.value) == (1, 50.0)


@pytest.mark.parametrize("name", ["bbox.AP", None])
def test_a_resumed_hook_knows_the_metric_that_decided(name):
    first, _ = hook_for([], best=name)
    second, _ = hook_for([], best=None)

    second.load_state_dict(first.state_dict())

    assert second.metric == name


def test_the_first_metric_decides_where_none_is_named():
    assert chosen_metric({"bbox": {"AP": 3.0, "AP50": 4.0}}, None, warn=pytest.fail) == ("bbox.AP", 3.0)


def test_the_first_metric_decides_with_one_warning_where_the_named_one_is_not_measured():
    warnings = []
    hook, _ = hook_for([1.0, 2.0], best="bbox.AR", warn=warnings.append)

    train(hook, steps=2, epoch_length=1)

    assert (hook.metric, hook.best_step) == ("AP", 2)
    assert warnings == ["evaluation.best: no metric 'bbox.AR' was measured; there is AP; AP decides instead"]


def test_nothing_measured_is_a_mistake():
    with pytest.raises(ConfigError, match=r"there is none at all$"):
        chosen_metric({}, None, warn=pytest.fail)
