"""A run that is cut short still does everything, and what its steps show is told."""

import json
import math
import warnings

import pytest
import tomli
import torch
from attrs import evolve

from det_plugin_debug import FirstPicturesConfig
from det_plugin_debug.brief_experiment import brief
from detcore.config import from_dict, load, load_variations
from detcore.errors import DetcoreWarning, TrainingError
from detcore.jobs import evaluate, run, train
from detcore.plugins import hookimpl
from detcore.specs import ScheduleConfig
from detcore.testing.registering import registered


class Grafted:
    """Changes a model when it is built."""

    def __init__(self, graft):
        self.graft = graft

    @hookimpl
    def detcore_after_build(self, model):
        self.graft(model)


def with_unused_parts(model):
    model.unused = torch.nn.Linear(2, 3)
    model.frozen = torch.nn.Linear(2, 3).requires_grad_(requires_grad=False)


def warning_of(recorded):
    (told,) = [str(each.message) for each in recorded if each.category is DetcoreWarning]
    return told


def test_what_takes_long_is_cut(listed):
    training = {"training__steps": 90000, "training__log_every_steps": 20, "training__checkpoint_every_steps": 5000}
    experiment = listed("fast-dev-run", schedule__warmup_steps=1000, evaluation__batch_size=6, **training)

    assert (experiment.training.steps, experiment.training.log_every_steps) == (4, 1)
    assert experiment.training.checkpoint_every_steps == 2
    assert experiment.schedule.warmup_steps == 2
    assert [each.count for each in experiment.data.test.datasets] == [12]
    assert experiment.run.name == "tiny-fast-dev-run"
    assert experiment.training.batch_size == 4


def test_each_try_has_a_folder_of_its_own(listed, tmp_path):
    (tmp_path / "runs/tiny-fast-dev-run").mkdir(parents=True)
    (tmp_path / "runs/tiny-fast-dev-run-2").mkdir()

    assert listed("fast-dev-run").run.name == "tiny-fast-dev-run-3"


def test_epochs_become_steps(listed):
    experiment = listed("fast-dev-run", training__steps=None, training__epochs=12.0)

    assert (experiment.training.steps, experiment.training.epochs) == (4, None)


@pytest.mark.parametrize("steps", [1, 3])
def test_a_run_of_fewer_steps_keeps_them(listed, steps):
    experiment = listed("fast-dev-run", training__steps=steps)

    assert experiment.training.steps == steps
    assert experiment.schedule.warmup_steps == steps // 2
    assert experiment.training.checkpoint_every_steps == 1


def test_by_default_a_checkpoint_follows_each_step(listed):
    assert listed("fast-dev-run", training__checkpoint_every_steps=None).training.checkpoint_every_steps is None


def test_a_dataset_that_is_cut_already_stays_as_short(listed):
    shapes = {"type": "shapes", "num_images": 30, "split": "test"}
    experiment = listed(
        "fast-dev-run", data__test__datasets=[{"type": "first-pictures", "count": 2, "dataset": shapes}]
    )

    assert [each.count for each in experiment.data.test.datasets] == [2]
    assert not isinstance(experiment.data.test.datasets[0].dataset, FirstPicturesConfig)


def test_a_schedule_without_warm_up_and_an_experiment_without_test_data_are_left_alone(listed):
    class Steady(ScheduleConfig):
        def build(self):
            raise NotImplementedError

    schedule = Steady()
    plain = listed()
    experiment = evolve(plain, schedule=schedule, data=evolve(plain.data, test=None))

    assert brief(experiment).schedule is schedule
    assert brief(experiment).data.test is None


def test_doing_it_again_changes_nothing(listed):
    once = listed("fast-dev-run", training__steps=90)

    assert brief(once) == once


def test_a_sweep_has_a_folder_for_each_variation(listed):
    variations = load_variations(listed("fast-dev-run"), ["optimizer.lr=0.1,0.2"])

    names = [each.loaded.experiment.run.name for each in variations]
    assert names == ["tiny-fast-dev-run-lr=0.1", "tiny-fast-dev-run-lr=0.2"]


def test_every_change_is_told_and_a_runs_own_config_changes_no_more(listed, tmp_path):
    folder = run(listed("fast-dev-run"))
    stored = load(folder / "config.toml")

    assert stored.notices == []
    tables = tomli.loads((folder / "config.toml").read_text())
    tables["training"]["steps"] = 50
    assert from_dict(tables).notices == ["det-plugin-debug/fast-dev-run changes training.steps: 50 -> 4"]


def test_a_run_trains_keeps_evaluates_and_draws(listed):
    with warnings.catch_warnings():
        warnings.simplefilter("error", DetcoreWarning)  # nothing is wrong with this run
        folder = run(listed("fast-dev-run", evaluation__every_epochs=50))

    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
    assert [line["step"] for line in lines if "evaluation/count.score" in line] == [4]
    assert sorted(path.name for path in folder.glob("checkpoints/step-*")) == ["step-000002", "step-000004"]
    assert (folder / "evaluation/results.json").exists()
    assert list((folder / "predictions").glob("**/*.png"))


def test_it_continues_and_is_evaluated_like_any_run(listed):
    experiment = listed("fast-dev-run", training__steps=2)
    folder = train(experiment)

    longer = evolve(experiment, training=evolve(experiment.training, steps=4))
    assert train(longer, resume=True) == folder
    assert (folder / "checkpoints/step-000004").exists()
    assert "count" in evaluate(folder)


def test_parameters_that_no_gradient_reaches_are_told(listed):
    with registered(Grafted(with_unused_parts)), pytest.warns(DetcoreWarning) as recorded:
        train(listed("grafted", "fast-dev-run"))

    assert warning_of(recorded) == (
        "fast-dev-run: no gradient has reached 2 of 10 parameters in 4 steps (unused.weight, unused.bias): no loss "
        "depends on them, so freeze them, or look for the loss that is missing"
    )


def test_many_names_are_shortened(listed):
    def with_many(model):
        model.unused = torch.nn.ModuleList(torch.nn.Linear(1, 1) for _ in range(6))

    with registered(Grafted(with_many)), pytest.warns(DetcoreWarning) as recorded:
        train(listed("grafted", "fast-dev-run"))

    assert "(unused.0.weight, unused.0.bias, " in warning_of(recorded)
    assert ", unused.3.bias and 4 more)" in warning_of(recorded)


def test_what_is_not_finite_is_told_once_with_its_first_step(listed):
    class Marks:
        @hookimpl
        def detcore_after_step(self, run):
            run.metrics["ratio"] = math.nan if run.step >= 3 else 1.0

    with registered(Marks()), pytest.warns(DetcoreWarning) as recorded:
        train(listed("marks", "fast-dev-run"))

    assert warning_of(recorded) == (
        "fast-dev-run: not finite: ratio after step 3; a lower optimizer.lr or training.clip_gradients usually helps"
    )


def test_weights_that_a_step_breaks_are_told_beside_the_error_they_lead_to(listed):
    class Blow:
        @hookimpl
        def detcore_after_step(self, run):
            if run.step == 2:
                run.model.stem.weight.data[0] = math.inf

    with (
        registered(Blow()),
        pytest.warns(DetcoreWarning) as recorded,
        pytest.raises(TrainingError, match="step 3: a loss is not finite"),
    ):
        train(listed("blow", "fast-dev-run"))

    assert "not finite: stem.weight after step 2; " in warning_of(recorded)


def test_a_second_run_of_a_process_begins_anew(listed):
    with registered(Grafted(with_unused_parts)), pytest.warns(DetcoreWarning, match="no gradient"):
        train(listed("grafted", "fast-dev-run"))

    with warnings.catch_warnings():
        warnings.simplefilter("error", DetcoreWarning)
        train(listed("fast-dev-run", run__name="other"))


def test_there_is_a_checkpoint_after_each_step_and_some_stay(listed):
    saved = []

    class Saving:
        @hookimpl
        def detcore_checkpoint_saved(self, step):
            saved.append(step)

    with registered(Saving()):
        folder = train(listed("fast-dev-run", "saving", training__steps=90000, training__checkpoint_every_steps=None))

    assert saved == [1, 2, 3, 4]
    assert sorted(path.name for path in (folder / "checkpoints").glob("step-*")) == ["step-000003", "step-000004"]
