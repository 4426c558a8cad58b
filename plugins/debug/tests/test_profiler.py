"""Traces of a run are there, hold what was computed, and change nothing."""

import gzip
import json
import warnings

import pytest
import torch
from attrs import evolve
from tiny_experiment import tiny_tables

from detcore.config import from_dict
from detcore.errors import ConfigError, DetcoreWarning
from detcore.jobs import evaluate, run, train
from detcore.plugins import hookimpl
from detcore.testing.registering import registered
from detcore.training import read_checkpoint_model

EVALUATION = "evaluation-after-step-{}.json.gz"


def traces(folder):
    return sorted(path.name for path in (folder / "profile").glob("*.gz"))


def counts(folder, name):
    """How often each event of a trace is there."""
    with gzip.open(folder / "profile" / name) as file:
        events = json.load(file)["traceEvents"]
    names = [event["name"] for event in events]
    return {name: names.count(name) for name in set(names)}


def backward_passes(found):
    return sum(count for name, count in found.items() if "autograd::engine::evaluate_function" in name)


def test_steps_and_an_evaluation_are_traced(listed, capsys):
    folder = run(listed("profiler"))

    assert traces(folder) == [EVALUATION.format(10), "steps-6-8.json.gz"]
    steps = counts(folder, "steps-6-8.json.gz")
    assert steps["aten::conv2d"] == 3
    assert steps["aten::convolution_backward"] == 3
    assert steps["Optimizer.step#SGD.step"] == 3
    evaluation = counts(folder, EVALUATION.format(10))
    assert evaluation["aten::conv2d"] == 4  # of each picture
    assert backward_passes(steps) > 0
    assert backward_passes(evaluation) == 0
    stem = folder / "profile/steps-6-8"
    line = f"profiled steps 6 to 8: {stem}.json.gz for ui.perfetto.dev, the most expensive operators in {stem}.txt"
    assert line in capsys.readouterr().out
    assert line in (folder / "log.txt").read_text()


def test_a_table_names_the_most_expensive_operators(listed):
    folder = train(listed("profiler"))

    table = (folder / "profile/steps-6-8.txt").read_text()
    assert "Self CPU" in table
    assert "aten::convolution_backward" in table
    assert len(table.splitlines()) < 45


def test_one_step_and_one_batch_are_told_as_one(listed, monkeypatch, capsys):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "3-3")
    shapes = {"type": "shapes", "num_images": 1, "split": "test", "size": [32, 48]}

    run(listed("profiler", data__test__datasets=[shapes]))

    printed = capsys.readouterr().out
    assert "profiled step 3: " in printed
    assert "profiled 1 batch of an evaluation: " in printed


def test_an_evaluation_of_many_batches_is_traced_at_its_begin(listed):
    shapes = {"type": "shapes", "num_images": 9, "split": "test", "size": [32, 48]}
    folder = run(listed("profiler", training__steps=1, schedule__warmup_steps=0, data__test__datasets=[shapes]))

    assert counts(folder, EVALUATION.format(1))["aten::conv2d"] == 5


@pytest.mark.parametrize(("steps", "name"), [(1, "steps-1-1"), (2, "steps-2-2"), (4, "steps-2-4")])
def test_a_run_that_is_shorter_than_the_warm_up_is_traced_at_its_end(listed, steps, name):
    folder = train(listed("profiler", training__steps=steps, schedule__warmup_steps=0))

    assert traces(folder) == [f"{name}.json.gz"]
    first, last = map(int, name.split("-")[1:])
    assert counts(folder, f"{name}.json.gz")["aten::convolution_backward"] == last - first + 1


def test_the_variable_says_which_steps(listed, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "3-7")

    folder = train(listed("profiler"))

    assert counts(folder, "steps-3-7.json.gz")["Optimizer.step#SGD.step"] == 5


def test_a_run_that_continues_traces_steps_of_its_own(listed):
    experiment = listed("profiler")
    train(experiment)
    longer = evolve(experiment, training=evolve(experiment.training, steps=30))

    folder = train(longer, resume=True)

    assert traces(folder) == ["steps-16-18.json.gz", "steps-6-8.json.gz"]
    assert counts(folder, "steps-16-18.json.gz")["Optimizer.step#SGD.step"] == 3


def test_a_run_that_makes_none_of_the_steps_says_so(listed, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "3-7")
    experiment = listed("profiler")
    folder = train(experiment)
    longer = evolve(experiment, training=evolve(experiment.training, steps=12))

    with pytest.warns(DetcoreWarning) as recorded:
        train(longer, resume=True)

    (told,) = [str(each.message) for each in recorded if each.category is DetcoreWarning]
    assert told == (
        "profiler: no step was profiled: DETCORE_PROFILE_STEPS is '3-7', and steps 11 to 12 were to be made"
    )
    assert traces(folder) == ["steps-3-7.json.gz"]


class Interrupting:
    """Ends a run in the middle of a step."""

    def __init__(self, step):
        self.step = step

    @hookimpl
    def detcore_before_step(self, run):
        if run.step + 1 == self.step:
            raise KeyboardInterrupt


def test_an_interrupted_run_writes_the_steps_that_are_whole(listed, tmp_path):
    with registered(Interrupting(8)), pytest.raises(KeyboardInterrupt):
        train(listed("profiler", "interrupting"))

    folder = tmp_path / "runs/tiny"
    assert traces(folder) == ["steps-6-7.json.gz"]
    assert counts(folder, "steps-6-7.json.gz")["Optimizer.step#SGD.step"] == 2


@pytest.mark.parametrize(("ends_in", "step"), [(3, 6), (5, 6), (6, 6)])
def test_one_that_ends_before_any_is_whole_says_so(listed, ends_in, step):
    with (
        registered(Interrupting(ends_in)),
        pytest.warns(DetcoreWarning, match=f"profiler: no step was profiled: the run ended before step {step} was"),
        pytest.raises(KeyboardInterrupt),
    ):
        train(listed("profiler", "interrupting"))


def test_a_run_that_fails_while_it_is_evaluated_leaves_the_model_and_the_profiler_free(listed):
    class Failing:
        def __init__(self):
            self.model = None

        @hookimpl
        def detcore_before_evaluation(self, model):
            self.model = model
            model.postprocess = None

    failing = Failing()
    with registered(failing), pytest.raises(TypeError):
        run(listed("profiler", "failing", training__steps=1, schedule__warmup_steps=0))

    assert not failing.model._forward_hooks
    run(listed("profiler", run__name="other"))


def test_an_evaluation_between_steps_that_are_profiled_is_in_their_trace(listed, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "2-8")

    folder = train(listed("profiler", evaluation__every_epochs=1))  # of three steps

    assert traces(folder) == [EVALUATION.format(9), "steps-2-8.json.gz"]
    steps = counts(folder, "steps-2-8.json.gz")
    assert (steps["aten::conv2d"], steps["aten::convolution_backward"]) == (7 + 2 * 4, 7)


def test_a_later_evaluation_is_traced_too(listed):
    folder = train(listed("profiler"))

    evaluate(folder)

    assert traces(folder) == [EVALUATION.format(10), "steps-6-8.json.gz"]


def test_nothing_that_is_computed_changes(listed):
    plain = run(listed(run__name="plain"))
    profiled = run(listed("profiler"))

    assert (profiled / "metrics.jsonl").read_text() == (plain / "metrics.jsonl").read_text()
    weights = [read_checkpoint_model(folder / "checkpoints/step-000010") for folder in (plain, profiled)]
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_nothing_is_half_written(listed):
    folder = run(listed("profiler"))

    assert {path.suffix for path in (folder / "profile").iterdir()} == {".gz", ".txt"}


def test_steps_that_are_no_range_are_refused_before_anything_runs(listed, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "12-10")

    with pytest.raises(ConfigError) as caught:
        listed("profiler")

    assert str(caught.value) == (
        "config: plugins.hooks: DETCORE_PROFILE_STEPS is '12-10', which is no range of steps: write the first and the "
        'last one, counted from 1, such as "10-12"'
    )


def test_steps_after_the_end_are_doubtful(tmp_path, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "11-12")

    (told,) = from_dict(tiny_tables(tmp_path) | {"plugins": {"hooks": ["profiler"]}}).notices

    assert told == (
        "config: plugins.hooks: doubtful: DETCORE_PROFILE_STEPS is '11-12', but the run ends after step 10: no step "
        "will be profiled"
    )


def test_without_a_listing_the_variable_means_nothing(listed, monkeypatch):
    monkeypatch.setenv("DETCORE_PROFILE_STEPS", "nonsense")

    with warnings.catch_warnings():
        warnings.simplefilter("error", DetcoreWarning)
        folder = train(listed())

    assert not (folder / "profile").exists()
