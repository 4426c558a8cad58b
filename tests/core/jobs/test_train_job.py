import json

import pytest
import tomli
from attrs import evolve
from safetensors.torch import load_file
from tiny_detector import TinyDetector, TinyDetectorConfig
from tiny_experiment import tiny_experiment

from detcore.config import load
from detcore.errors import ConfigError, DatasetError, RunError, TrainingError, WeightsError
from detcore.jobs import train


def test_a_run_leaves_what_the_design_lists(finished_run):
    checkpoint = finished_run / "checkpoints" / "step-000010"

    assert sorted(path.name for path in finished_run.iterdir()) == [
        "checkpoints",
        "config.toml",
        "environment.json",
        "log.txt",
        "metrics.jsonl",
        "plugins.lock.json",
    ]
    assert sorted(path.name for path in checkpoint.iterdir()) == [
        "model.safetensors",
        "state.json",
        "trainer.safetensors",
    ]


def test_the_stored_config_reads_back_to_the_same_experiment(finished_run):
    stored = load(finished_run / "config.toml").experiment

    assert stored == tiny_experiment(finished_run.parent)


def test_metrics_hold_losses_and_rate_of_every_interval(finished_run):
    lines = [json.loads(line) for line in (finished_run / "metrics.jsonl").read_text().splitlines()]

    assert [line["step"] for line in lines] == [4, 8, 10]
    assert set(lines[0]) == {"step", "epoch", "loss", "loss_box", "loss_class", "lr"}


def test_the_log_says_what_the_run_waits_for(finished_run):
    log = (finished_run / "log.txt").read_text()

    assert "step 4/10 · epoch 1.33 · loss " in log
    assert " images/s · " in log
    assert " % · compute " in log


def test_only_the_latest_checkpoints_are_kept(finished_run):
    folders = sorted(path.name for path in (finished_run / "checkpoints").iterdir())

    assert folders == ["best.json", "last.json", "step-000009", "step-000010"]


def test_pointers_name_the_last_checkpoint_where_nothing_was_evaluated(finished_run):
    pointers = [json.loads((finished_run / "checkpoints" / f"{name}.json").read_text()) for name in ("last", "best")]

    assert pointers == [
        {"checkpoint": "step-000010", "step": 10},
        {"checkpoint": "step-000010", "step": 10, "metric": None, "value": None},
    ]


def test_a_checkpoint_says_what_it_was_trained_on_and_by_what(finished_run):
    state = json.loads((finished_run / "checkpoints" / "step-000010" / "state.json").read_text())

    assert state["metadata"]["classes"] == ["circle", "square", "triangle", "star", "cross"]
    assert state["plugins"]["optimizers:det-core/sgd"] == "0.1.0"
    assert state["stream"]["position"] >= 40


def test_the_lock_lists_components_and_versions_without_times(finished_run):
    lock = json.loads((finished_run / "plugins.lock.json").read_text())

    ids = [component["id"] for component in lock["components"]]
    versions = {distribution["name"]: distribution["version"] for distribution in lock["distributions"]}
    assert versions["det-core"] == "0.1.0"
    assert ids == sorted(ids)
    assert "datasets:det-core/shapes" in ids


def test_the_averaged_weights_are_what_is_kept_as_the_model(finished_run):
    checkpoint = finished_run / "checkpoints" / "step-000010"
    kept, trainer = load_file(checkpoint / "model.safetensors"), load_file(checkpoint / "trainer.safetensors")

    assert (kept["box.weight"] != trainer["model/box.weight"]).any()
    assert (kept["box.weight"] == trainer["hooks/0-EMA/box.weight"]).all()


def test_the_same_experiment_gives_the_same_weights(finished_run, tmp_path):
    again = train(tiny_experiment(tmp_path))

    files = [run / "checkpoints" / "step-000010" / "model.safetensors" for run in (finished_run, again)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert (finished_run / "metrics.jsonl").read_text() == (again / "metrics.jsonl").read_text()


def test_another_seed_gives_other_weights(finished_run, tmp_path):
    again = train(tiny_experiment(tmp_path, run__seed=1))

    files = [run / "checkpoints" / "step-000010" / "model.safetensors" for run in (finished_run, again)]
    assert files[0].read_bytes() != files[1].read_bytes()


def test_micro_batches_train_on_the_same_pictures(tmp_path):
    run = train(tiny_experiment(tmp_path, training__steps=2, training__micro_batches=2))

    state = json.loads((run / "checkpoints" / "step-000002" / "state.json").read_text())
    assert state["stream"]["position"] >= 8


def test_a_folder_that_holds_a_run_is_refused_with_both_ways_out(finished_run):
    with pytest.raises(
        RunError,
        match=r"tiny already holds a run: continue it with --resume, or start another with --name NAME "
        r"\(or run.name=NAME\)$",
    ):
        train(tiny_experiment(finished_run.parent))


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "thesis.tex").touch()

    with pytest.raises(
        RunError, match=r"tiny exists and is not an empty folder: choose another name with --name NAME$"
    ):
        train(tiny_experiment(tmp_path))


def test_resuming_a_finished_run_says_so_and_changes_nothing(finished_run, capsys):
    before = {path: path.stat().st_mtime_ns for path in finished_run.rglob("*")}

    train(tiny_experiment(finished_run.parent), resume=True)

    assert "is trained already: 10 steps are done" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in finished_run.rglob("*")} == before


def test_resuming_where_there_is_no_run_starts_one_and_says_so(tmp_path, capsys):
    run = train(tiny_experiment(tmp_path, training__steps=1), resume=True)

    assert "holds no run yet, so one starts from the beginning" in capsys.readouterr().out
    assert (run / "checkpoints" / "step-000001").exists()


def test_a_resumed_run_may_be_longer(tmp_path):
    train(tiny_experiment(tmp_path, training__steps=2))

    run = train(tiny_experiment(tmp_path, training__steps=4), resume=True)

    assert (run / "checkpoints" / "step-000004").exists()
    assert tomli.loads((run / "config.toml").read_text())["training"]["steps"] == 4


def test_resuming_with_another_experiment_names_what_differs(finished_run):
    with pytest.raises(
        RunError,
        match=r"tiny cannot be resumed with this config: model.width is 8 in the run and 9 now; optimizer.lr is 0.05 "
        r"in the run and 0.1 now; go back to the run's settings, or start another run with --name NAME$",
    ):
        train(
            tiny_experiment(finished_run.parent, model__width=9, optimizer__lr=0.1),
            resume=True,
        )


def test_a_checkpoint_of_another_model_is_one_sentence(tmp_path, monkeypatch):
    """As where a plugin has changed since: the config is the same, and what it builds is not."""
    folder = train(tiny_experiment(tmp_path, training__steps=4))
    build = TinyDetectorConfig.build
    monkeypatch.setattr(TinyDetectorConfig, "build", lambda self: build(evolve(self, width=self.width + 1)))

    with pytest.raises(WeightsError) as caught:
        train(tiny_experiment(tmp_path, training__steps=8), resume=True)

    assert str(caught.value).startswith(
        f"{folder / 'checkpoints/step-000004'} does not fit the model in the run's config"
    )
    assert "size mismatch for stem.weight" in str(caught.value)


def test_an_error_of_whatever_kind_leaves_no_folder_without_a_checkpoint(tmp_path, monkeypatch):
    def broken(self, inputs):
        raise IndexError("too short")

    monkeypatch.setattr(TinyDetector, "losses", broken)
    with pytest.raises(IndexError):
        train(tiny_experiment(tmp_path))

    assert not (tmp_path / "tiny").exists()


def test_a_loss_that_is_not_finite_stops_with_everything_one_asks_for(tmp_path):
    with pytest.raises(
        TrainingError,
        match=r"^step 3: a loss is not finite \(loss_box inf, loss_class [\d.]+\) at learning rate 0.025\d* on the "
        r"pictures \d+, \d+, \d+, \d+; a lower optimizer.lr, ",
    ):
        train(tiny_experiment(tmp_path, model__explode_at=2))


def test_data_that_cannot_be_opened_leaves_no_folder(tmp_path):
    experiment = tiny_experiment(tmp_path)
    experiment = evolve(experiment, data=evolve(experiment.data, classes=("cat", "dog")))

    with pytest.raises(DatasetError, match=r"but data.classes lists \[cat, dog\]: names and order must agree$"):
        train(experiment)

    assert list(tmp_path.iterdir()) == []


def test_weights_that_do_not_fit_leave_no_folder(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(b"nothing")

    with pytest.raises(WeightsError, match=r"w.safetensors: cannot be read as safetensors"):
        train(tiny_experiment(tmp_path, weights__path=str(tmp_path / "w.safetensors")))

    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_a_run_may_start_from_another_run(finished_run, tmp_path, capsys):
    run = train(tiny_experiment(tmp_path, training__steps=1, weights__path=str(finished_run)))

    assert "100.0% of the parameters meant to be loaded" in capsys.readouterr().out
    assert "100.0% of the parameters" in (run / "log.txt").read_text()


def test_weights_trained_on_other_classes_are_refused(finished_run, tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    source = finished_run / "checkpoints" / "step-000010"
    (weights / "model.safetensors").write_bytes((source / "model.safetensors").read_bytes())
    state = json.loads((source / "state.json").read_text())
    state["metadata"]["classes"] = ["a", "b", "c", "d", "e"]
    (weights / "state.json").write_text(json.dumps(state))

    with pytest.raises(
        WeightsError, match=r"was trained on the classes \[a, b, c, d, e\], but the data has \[circle, "
    ):
        train(tiny_experiment(tmp_path, weights__path=str(weights)))


def test_evaluation_while_training_decides_the_best_checkpoint(tmp_path):
    run = train(
        tiny_experiment(
            tmp_path,
            data__test={"datasets": [{"type": "shapes", "num_images": 2, "split": "test", "size": [32, 32]}]},
            evaluation__every_epochs=1,
            training__steps=6,
        )
    )

    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    scores = {line["step"]: line["evaluation/count.score"] for line in lines if "evaluation/count.score" in line}
    best = json.loads((run / "checkpoints" / "best.json").read_text())
    assert list(scores) == [3, 6]
    assert best["metric"] == "count.score"
    assert best["value"] == max(scores.values()) == scores[best["step"]]


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        pytest.param({"evaluation__evaluators": [], "data__test": None}, "data.test", id="pictures"),
        pytest.param({"evaluation__evaluators": []}, "evaluators", id="evaluators"),
    ],
)
def test_evaluation_while_training_needs_something_to_evaluate_on(tmp_path, changes, lacking):
    experiment = tiny_experiment(tmp_path, evaluation__every_epochs=1, **changes)

    with pytest.raises(
        ConfigError,
        match=rf"^evaluation.every_epochs: there is nothing to evaluate on: the config has no {lacking}$",
    ):
        train(experiment)


def test_a_picture_that_cannot_be_read_leaves_no_run_in_the_way(tmp_path, monkeypatch):
    def broken(self, index):
        raise DatasetError("a.jpg is cut off")

    with monkeypatch.context() as patch:
        patch.setattr("detcore.data.shapes.dataset.ShapesDataset.__getitem__", broken)
        with pytest.raises(DatasetError, match=r"^a.jpg is cut off$"):
            train(tiny_experiment(tmp_path, training__steps=1))

    assert list(tmp_path.iterdir()) == []
    assert train(tiny_experiment(tmp_path, training__steps=1)).exists()


def test_the_log_of_a_run_that_can_be_continued_tells_what_ended_it(tmp_path):
    with pytest.raises(TrainingError):
        train(tiny_experiment(tmp_path, model__explode_at=5))

    log = (tmp_path / "tiny" / "log.txt").read_text()
    assert "ended by TrainingError: step 6: a loss is not finite" in log


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(
        RunError,
        match=r"file/.*: Not a directory; make sure that .*file/tiny can be written and that its disk has room$",
    ):
        train(tiny_experiment(tmp_path / "file"))


def test_a_metric_that_is_not_measured_does_not_cost_the_epoch(tmp_path):
    run = train(tiny_experiment(tmp_path, evaluation__every_epochs=1, evaluation__best="bbox.AP", training__steps=3))

    assert json.loads((run / "checkpoints" / "best.json").read_text())["metric"] == "count.score"
    assert "there is count.score; count.score decides instead" in (run / "log.txt").read_text()
