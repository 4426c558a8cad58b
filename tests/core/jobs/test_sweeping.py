import csv
import json

import pytest
from tiny_experiment import tiny_experiment

from detcore.config import load_variations
from detcore.errors import RunError
from detcore.jobs import sweep
from detcore.jobs import sweeping as module

METRICS = ["loss", "count.score"]


@pytest.fixture
def varied(tmp_path):
    """Variations of a run of one step."""

    def varied(*sweeps, overrides=()):
        experiment = tiny_experiment(tmp_path, training__steps=1, evaluation__pictures=0, training__hooks=[])
        return load_variations(experiment, sweeps, overrides=overrides)

    return varied


@pytest.fixture
def counted(monkeypatch):
    """The names of the experiments that are really run."""
    names = []

    def run(experiment, *, resume):
        names.append(experiment.run.name)
        return original(experiment, resume=resume)

    original = module.run
    monkeypatch.setattr(module, "run", run)
    return names


def stored(tmp_path):
    return json.loads((tmp_path / "tiny-sweep" / "sweep.json").read_text())["runs"]


def test_every_combination_runs_in_a_folder_of_its_own(varied, tmp_path, counted):
    table = sweep(varied("optimizer.lr=0.01,0.02", "run.seed=1,2"))

    names = ["tiny-lr=0.01-seed=1", "tiny-lr=0.01-seed=2", "tiny-lr=0.02-seed=1", "tiny-lr=0.02-seed=2"]
    assert counted == names
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names, "tiny-sweep"]
    assert [(row.status, list(row.metrics)) for row in table.rows] == [("done", METRICS)] * 4


def test_the_table_is_text_json_and_a_spreadsheet(varied, tmp_path, capsys):
    table = sweep(varied("run.seed=1,2"))

    (row, _) = stored(tmp_path)
    lines = list(csv.DictReader((tmp_path / "tiny-sweep" / "sweep.csv").read_text().splitlines()))
    assert str(table).splitlines()[0].split() == ["run.seed", *METRICS, "status", "folder"]
    assert str(table) in capsys.readouterr().out
    assert row["values"] == {"run.seed": "1"}
    assert row["folder"] == str(tmp_path / "tiny-seed=1")
    assert [line["run.seed"] for line in lines] == ["1", "2"]
    assert float(lines[0]["count.score"]) == row["metrics"]["count.score"]


def test_a_run_that_fails_does_not_lose_the_others(varied, tmp_path):
    table = sweep(varied("model.explode_at=0,-1"))

    failed, done = stored(tmp_path)
    assert table.num_failed == 1
    assert (failed["status"], done["status"]) == ("failed", "done")
    assert failed["message"].startswith("step 1: a loss is not finite (loss_box inf, ")
    assert f"{failed['folder']}: {failed['message']}" in str(table)


def test_neither_does_a_bug(varied, tmp_path, monkeypatch, capsys):
    def run(experiment, *, resume):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(module, "run", run)

    table = sweep(varied("run.seed=1,2"))

    assert [row.message for row in table.rows] == ["ZeroDivisionError: a bug"] * 2
    assert capsys.readouterr().err.count("Traceback (most recent call last)") == 2


def test_ctrl_c_stops_all_and_the_sweep_can_be_continued(varied, tmp_path, monkeypatch, counted):
    inner = module.run

    def run(experiment, *, resume):
        if experiment.run.seed == 2:
            raise KeyboardInterrupt
        return inner(experiment, resume=resume)

    monkeypatch.setattr(module, "run", run)
    with pytest.raises(KeyboardInterrupt):
        sweep(varied("run.seed=1,2,3"))
    interrupted = [row["status"] for row in stored(tmp_path)]
    monkeypatch.setattr(module, "run", inner)

    table = sweep(varied("run.seed=1,2,3"), resume=True)

    assert interrupted == ["done", "interrupted", "waiting"]
    assert counted == ["tiny-seed=1", "tiny-seed=2", "tiny-seed=3"]
    assert [row.status for row in table.rows] == ["done"] * 3


def test_a_finished_run_of_other_settings_is_not_taken_for_this_one(varied, counted):
    sweep(varied("run.seed=1"))

    sweep(varied("run.seed=1", overrides=["training.steps=2"]), resume=True)

    assert counted == ["tiny-seed=1"] * 2


def test_a_sweep_in_the_way_is_refused(varied, tmp_path):
    sweep(varied("run.seed=1"))

    with pytest.raises(RunError) as refusal:
        sweep(varied("run.seed=1,2"))

    assert str(refusal.value) == (
        f"{tmp_path}/tiny-sweep already holds a sweep: continue it with --resume, or start another with --name NAME"
    )


def test_every_run_in_the_way_is_told_before_the_first_starts(varied, tmp_path, counted):
    for name in ("tiny-seed=1", "tiny-seed=3"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").touch()

    with pytest.raises(RunError) as refusal:
        sweep(varied("run.seed=1,2,3"))

    assert [line.partition(" already holds a run: ")[0] for line in str(refusal.value).splitlines()] == [
        f"{tmp_path}/tiny-seed=1",
        f"{tmp_path}/tiny-seed=3",
    ]
    assert counted == []
