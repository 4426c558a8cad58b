"""Plugins that ``[plugins] hooks`` lists are told what happens in a run, each point by its own hook."""

import json
from contextlib import ExitStack

import numpy as np
import pytest
import tiny_detector
import torch
from attrs import evolve
from hook_diary import Diary
from tiny_detector import TinyDetectorConfig
from tiny_experiment import tiny_experiment, tiny_tables

from detcore.config import from_dict
from detcore.errors import ConfigError, DatasetError, DetcoreWarning, PluginError, TrainingError
from detcore.jobs import evaluate, run, train
from detcore.jobs.predicting import Predictor
from detcore.plugins import ActiveHooks, hookimpl
from detcore.specs import Problem
from detcore.testing.registering import registered
from detcore.training import seed_everything

LOSSES = ("loss", "loss_box", "loss_class", "lr")
SCORE = "evaluation/count.score"

STEPS = [
    ("before_step", 0), ("after_step", 1),
    ("before_step", 1), ("after_step", 2),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _detector():
    with registered(tiny_detector):
        yield


@pytest.fixture
def listed(tmp_path):
    """A function that registers plugins and makes an experiment of two steps that lists them."""
    with ExitStack() as stack:

        def listed(*plugins, **changes):
            stack.enter_context(registered(*plugins))
            names = [type(plugin).__name__.lower() for plugin in plugins]
            return tiny_experiment(tmp_path, **{"plugins__hooks": names, "training__steps": 2} | changes)

        yield listed


@pytest.fixture
def diary():
    return Diary()


def told_of(diary, *hooks):
    return [entry for entry in diary.told if entry[0] in hooks]


def test_every_hook_is_called_where_it_belongs(listed, diary):
    run(listed(diary, evaluation__every_epochs=1))

    begun = diary.told.index(("after_build", "TinyDetector"))
    assert set(diary.told[:begun]) == {("components", None), ("configure", "tiny"), ("check_config", "tiny")}
    assert [entry for entry in diary.told[begun:] if entry[0] != "components"] == [
        ("after_build", "TinyDetector"),
        ("run_start", "tiny"),
        *STEPS,
        ("metrics_logged", (2, "epoch", *LOSSES, "noted")),
        ("before_evaluation", 2),
        ("after_evaluation", (2, "count")),
        ("metrics_logged", (2, SCORE)),
        ("checkpoint_saved", (2, True)),
        ("after_build", "TinyDetector"),
        ("checkpoint_loaded", (2, "step-000002")),
        ("before_evaluation", 2),
        ("after_evaluation", (2, "count")),
        ("metrics_logged", (2, SCORE)),
        ("run_end", None),
    ]


def test_what_a_hook_adds_to_the_metrics_is_logged(listed, diary):
    folder = train(listed(diary))

    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["noted"] for line in lines if "loss" in line] == [1.0]


def test_a_plugin_that_is_not_listed_is_told_nothing(listed, diary):
    run(listed(diary, plugins__hooks=[]))

    assert [entry for entry in diary.told if entry[0] != "components"] == []


def test_without_listed_plugins_no_step_calls_a_hook(listed, monkeypatch):
    calls = []
    monkeypatch.setattr(ActiveHooks, "call", lambda _hooks, name, **_: calls.append(name))

    train(listed(training__steps=1, run__name="one"))
    in_one_step = len(calls)
    train(listed(training__steps=2, run__name="two"))

    assert len(calls) == 2 * in_one_step
    assert not {"detcore_before_step", "detcore_after_step", "detcore_metrics_logged"} & set(calls)


def test_a_run_that_continues_tells_which_checkpoint_it_continues_from(listed, diary, tmp_path):
    experiment = listed(diary, training__checkpoint_every_steps=1)
    train(experiment)
    diary.told.clear()

    train(evolve(experiment, training=evolve(experiment.training, steps=3)), resume=True)

    hooks = ("run_start", "checkpoint_loaded", "before_step", "checkpoint_saved", "run_end")
    assert told_of(diary, *hooks) == [
        ("run_start", "tiny"), ("checkpoint_loaded", (2, "step-000002")), ("before_step", 2),
        ("checkpoint_saved", (3, True)), ("run_end", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [(["diary"], []), ([], ["diary"])], ids=["dropped", "added"])
def test_a_run_may_continue_with_other_hooks(listed, diary, before, after):
    listed(diary)

    def continued(name, first, then):
        train(listed(plugins__hooks=first, run__name=name))
        return train(listed(plugins__hooks=then, run__name=name, training__steps=4), resume=True)

    changed, plain = continued("changed", before, after), continued("plain", [], [])

    last = "checkpoints/step-000004/model.safetensors"
    assert (changed / last).read_bytes() == (plain / last).read_bytes()
    assert (changed / "earlier/step-000002/plugins.lock.json").exists()
    assert not (plain / "earlier").exists()


def test_a_finished_run_that_is_resumed_starts_nothing(listed, diary):
    experiment = listed(diary)
    run(experiment)
    diary.told.clear()

    run(experiment, resume=True)

    assert told_of(diary, "run_start", "run_end") == []


def test_a_later_evaluation_is_a_run_of_its_own(listed, diary):
    folder = train(listed(diary))
    diary.told.clear()

    evaluate(folder)

    hooks = ("run_start", "checkpoint_loaded", "after_evaluation", "metrics_logged", "run_end")
    assert told_of(diary, *hooks) == [
        ("checkpoint_loaded", (2, "step-000002")), ("run_start", "tiny"), ("after_evaluation", (2, "count")),
        ("metrics_logged", (2, SCORE)), ("run_end", None),
    ]  # fmt: skip


def test_a_model_that_predicts_is_built_and_loaded_as_in_training(listed, diary):
    folder = train(listed(diary))
    diary.told.clear()

    Predictor.of(folder)

    assert told_of(diary, "after_build", "checkpoint_loaded", "run_start") == [
        ("after_build", "TinyDetector"), ("checkpoint_loaded", (2, "step-000002")),
    ]  # fmt: skip


def test_plugins_are_told_in_the_order_of_the_list(listed):
    order = []

    class First:
        @hookimpl
        def detcore_after_step(self):
            order.append("first")

    class Second:
        @hookimpl
        def detcore_after_step(self):
            order.append("second")

    first, second = First(), Second()
    train(listed(first, second, training__steps=1))
    train(listed(plugins__hooks=["second", "first"], training__steps=1, run__name="other"))

    assert order == ["first", "second", "second", "first"]


def test_an_experiment_may_be_changed_before_it_is_checked_and_run(listed, tmp_path):
    class Shorter:
        @hookimpl
        def detcore_configure(self, experiment):
            return evolve(experiment, training=evolve(experiment.training, steps=1))

    tables = tiny_tables(tmp_path) | {"plugins": {"hooks": ["shorter"]}}
    listed(Shorter())

    loaded = from_dict(tables)

    assert loaded.experiment.training.steps == 1
    assert "local/shorter changes training.steps: 10 -> 1" in loaded.notices
    assert (train(loaded.experiment) / "checkpoints/step-000001").exists()


def test_what_a_plugin_makes_of_an_experiment_is_checked(listed):
    class Wider:
        @hookimpl
        def detcore_configure(self, experiment):
            return evolve(experiment, model=evolve(experiment.model, num_classes=7))

    with pytest.raises(ConfigError, match=r"model\.num_classes: num_classes is 7, but the data has 5"):
        listed(Wider())


def test_problems_that_a_plugin_finds_are_told_at_their_place(listed):
    class Strict:
        @hookimpl
        def detcore_check_config(self, experiment):
            yield Problem("is too high for our data; 0.01 at most", ("optimizer", "lr"))
            yield Problem("is seldom enough", ("training", "steps"), "doubtful")

    with pytest.raises(ConfigError, match=r"optimizer\.lr: is too high for our data; 0\.01 at most$"):
        listed(Strict())


def test_a_model_may_be_changed_after_it_is_built(listed):
    class Frozen:
        @hookimpl
        def detcore_after_build(self, model):
            model.box.weight.requires_grad_(False)

    folder = train(listed(Frozen(), training__hooks=[]))

    seed_everything(0)
    fresh, trained = TinyDetectorConfig().build(), Predictor.of(folder).model
    assert torch.equal(trained.box.weight, fresh.box.weight)
    assert not torch.equal(trained.classes.weight, fresh.classes.weight)


def test_an_error_that_ends_a_run_is_told_before_its_folder_goes(listed, tmp_path):
    class Witness:
        @hookimpl
        def detcore_run_end(self, directory, error):
            self.found = (directory.exists(), type(error).__name__)

    witness = Witness()
    experiment = listed(witness, model={"type": "tiny-detector", "explode_at": 0})

    with pytest.raises(TrainingError):
        run(experiment)

    assert witness.found == (True, "TrainingError")
    assert not (tmp_path / "tiny").exists()


@pytest.mark.parametrize("value", [torch.tensor(1.5), np.float32(1.5), 1.5], ids=lambda value: type(value).__name__)
def test_what_is_one_number_is_logged_as_that(listed, value):
    class Counting:
        @hookimpl
        def detcore_after_step(self, run):
            run.metrics["seen"] = value

    folder = train(listed(Counting()))

    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert {line["seen"] for line in lines} == {1.5}


@pytest.mark.parametrize("value", ["many", None, [1.0], torch.ones(2)], ids=lambda value: type(value).__name__)
def test_what_is_no_number_is_told_of_the_hook_that_adds_it(listed, value, tmp_path):
    class Telling:
        @hookimpl
        def detcore_after_step(self, run):
            run.metrics["seen"] = value

    with pytest.raises(PluginError) as caught:
        train(listed(Telling()))

    line = Telling.detcore_after_step.__code__.co_firstlineno
    assert str(caught.value) == (
        f"local: detcore_after_step ({__file__}:{line}) sets run.metrics['seen'] to {value!r}, which is no number"
    )
    assert not (tmp_path / "tiny").exists()


def test_a_hook_that_fails_is_told_with_plugin_hook_and_line(listed):
    class Clumsy:
        @hookimpl
        def detcore_after_step(self, run):
            raise ValueError("out of ink")

    with pytest.raises(PluginError) as caught:
        train(listed(Clumsy()))

    line = Clumsy.detcore_after_step.__code__.co_firstlineno + 2
    assert str(caught.value) == (
        "local (no version) failed while running its hook detcore_after_step: ValueError: out of ink "
        f"({__file__}:{line}). It was registered as 'clumsy' while the program ran. "
        "Mend it, or take 'clumsy' off hooks under [plugins]."
    )


def test_a_hook_that_fails_at_the_end_hides_no_error_and_keeps_no_other_from_being_told(listed, diary):
    class Clumsy:
        @hookimpl
        def detcore_run_end(self):
            raise ValueError("out of ink")

    clumsy = Clumsy()
    broken = {"type": "tiny-detector", "explode_at": 0}
    with (
        pytest.raises(TrainingError),
        pytest.warns(DetcoreWarning, match="hook detcore_run_end: ValueError: out of ink"),
    ):
        train(listed(clumsy, diary, model=broken))
    with pytest.raises(PluginError, match="out of ink"):
        train(listed(plugins__hooks=["clumsy", "diary"], run__name="whole"))

    assert [type(error) for _, error in told_of(diary, "run_end")] == [TrainingError, type(None)]


def test_every_hook_that_fails_at_the_end_is_told(listed):
    class Clumsy:
        @hookimpl
        def detcore_run_end(self):
            raise ValueError("out of ink")

    class Strict:
        @hookimpl
        def detcore_run_end(self):
            raise DatasetError("too few pictures")

    with (
        pytest.raises(PluginError, match="out of ink"),
        pytest.warns(DetcoreWarning, match=r"^local: detcore_run_end \(.*\): too few pictures$"),
    ):
        train(listed(Clumsy(), Strict()))


def test_who_never_heard_of_the_start_hears_nothing_of_the_end(listed, diary):
    class Clumsy:
        @hookimpl
        def detcore_run_start(self):
            raise ValueError("out of ink")

        @hookimpl
        def detcore_run_end(self, error):
            self.found = type(error)

    clumsy = Clumsy()
    with pytest.raises(PluginError, match="out of ink"):
        train(listed(clumsy, diary))

    assert clumsy.found is PluginError
    assert told_of(diary, "run_start", "run_end") == []


def test_an_interrupt_is_told_as_what_ended_the_run(listed):
    class Impatient:
        @hookimpl
        def detcore_before_step(self):
            raise KeyboardInterrupt

        @hookimpl
        def detcore_run_end(self, error):
            self.found = type(error)

    impatient = Impatient()
    with pytest.raises(KeyboardInterrupt):
        train(listed(impatient))

    assert impatient.found is KeyboardInterrupt
