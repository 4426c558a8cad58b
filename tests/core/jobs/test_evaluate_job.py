import json

import pytest
import torch
from tiny_detector import TinyDetector
from tiny_experiment import tiny_experiment

from detcore.errors import ConfigError, RunError
from detcore.evaluation import load_results
from detcore.jobs import evaluate, run, train


@pytest.fixture(scope="module")
def evaluated_run(finished_run):
    evaluate(finished_run)
    return finished_run


def test_results_are_stored_as_they_are_returned(evaluated_run):
    results = evaluate(evaluated_run)

    assert load_results(evaluated_run / "evaluation" / "results.json") == results
    assert json.loads((evaluated_run / "evaluation" / "checkpoint.json").read_text()) == {"checkpoint": "step-000010"}


def test_predictions_of_every_picture_are_stored_and_some_drawn(evaluated_run):
    predictions = json.loads((evaluated_run / "predictions" / "coco_predictions.json").read_text())

    assert len({each["image_id"] for each in predictions}) == 4
    assert len(list((evaluated_run / "predictions").glob("*.png"))) == 2


def test_what_a_killed_evaluation_has_left_is_removed(evaluated_run):
    left = evaluated_run / "..predictions.new.4711.tmp"
    left.mkdir()

    evaluate(evaluated_run)

    assert not left.exists()


def test_an_override_holds_for_this_evaluation_alone(evaluated_run):
    before = (evaluated_run / "config.toml").read_text()

    evaluate(evaluated_run, overrides=["evaluation.pictures=1"])

    assert len(list((evaluated_run / "predictions").glob("*.png"))) == 1
    assert (evaluated_run / "config.toml").read_text() == before


def test_the_precision_of_the_forward_pass_is_chosen(evaluated_run, monkeypatch):
    seen = []
    call = TinyDetector.infer

    def infer(self, images, sizes):
        seen.append(torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu"))
        return call(self, images, sizes)

    monkeypatch.setattr(TinyDetector, "infer", infer)
    evaluate(evaluated_run)
    evaluate(evaluated_run, overrides=["evaluation.precision=bfloat16"])

    assert set(seen) == {False, torch.bfloat16}


def test_half_precision_needs_a_gpu(evaluated_run):
    with pytest.raises(ConfigError, match=r"^evaluation.precision: 'float16' needs a CUDA device, not 'cpu'"):
        evaluate(evaluated_run, overrides=["evaluation.precision=float16", "training.device=cpu"])


def test_a_checkpoint_can_be_chosen_by_name(evaluated_run):
    evaluate(evaluated_run, checkpoint="step-000009")

    assert json.loads((evaluated_run / "evaluation" / "checkpoint.json").read_text()) == {"checkpoint": "step-000009"}


def test_a_checkpoint_that_is_not_there_is_answered_with_those_that_are(evaluated_run):
    with pytest.raises(RunError, match=r"tiny has no checkpoint 'step-000001'; there is step-000009, step-000010$"):
        evaluate(evaluated_run, checkpoint="step-000001")


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=r" holds no run: there is no config.toml in it$"):
        evaluate(tmp_path)


def test_a_run_without_test_data_cannot_be_evaluated(tmp_path):
    folder = train(tiny_experiment(tmp_path, training__steps=1, data__test=None, evaluation__evaluators=[]))

    with pytest.raises(RunError, match=r"there is nothing to evaluate: the config has no data.test or no evaluators$"):
        evaluate(folder)


def test_a_whole_run_trains_and_evaluates(tmp_path, capsys):
    folder = run(tiny_experiment(tmp_path, training__steps=1))

    assert "count: score" in capsys.readouterr().out
    assert (folder / "evaluation" / "table.txt").exists()


def test_resuming_a_whole_run_does_nothing_twice(tmp_path, capsys):
    experiment = tiny_experiment(tmp_path, training__steps=1)
    run(experiment)
    capsys.readouterr()

    run(experiment, resume=True)

    said = capsys.readouterr().out
    assert "is trained already: 1 steps are done" in said
    assert "is evaluated already" in said
