"""The whole way through the command: run, evaluate, predict, resume; and what it says when something is wrong."""

import json
import subprocess
import sys

import pytest
import tiny_detector
from tiny_experiment import tiny_experiment

from detcore.cli.main import main
from detcore.config import dump_toml, load
from detcore.data import ShapesConfig
from detcore.drawing import write_picture
from detcore.plugins import register, unregister


@pytest.fixture(scope="module", autouse=True)
def registered():
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.fixture
def config(tmp_path):
    """A config file of the tiny experiment, which runs below the test's own folder."""
    path = tmp_path / "tiny.toml"
    path.write_text(dump_toml(tiny_experiment(tmp_path / "runs", training__steps=3, schedule__warmup_steps=1)))
    return path


def test_from_a_config_to_pictures_of_predictions(config, tmp_path, capsys):
    run = tmp_path / "runs" / "first"
    picture = tmp_path / "picture.png"
    write_picture(picture, ShapesConfig(num_images=1, size=(64, 64)).build()[0]["image"])

    statuses = [
        main(["run", str(config), "--name", "first", "training.steps=2"]),
        main(["evaluate", str(run), "evaluation.pictures=1", "--checkpoint", "last"]),
        main(["predict", str(run), str(picture), "--output", str(tmp_path / "out"), "--score-threshold", "0"]),
    ]

    said = capsys.readouterr().out
    assert statuses == [0, 0, 0]
    assert "steps 1 to 2" in said
    assert said.count("count: score") == 2
    assert sorted(path.name for path in run.iterdir()) == [
        "checkpoints",
        "config.toml",
        "environment.json",
        "evaluation",
        "log.txt",
        "metrics.jsonl",
        "plugins.lock.json",
        "predictions",
    ]
    assert [path.name for path in (run / "predictions").glob("*.png")] == ["000-0.png"]
    assert len(json.loads((tmp_path / "out" / "predictions.json").read_text())) == 1


def test_a_second_run_of_one_name_is_refused_in_one_sentence(config, capsys):
    main(["run", str(config)])
    capsys.readouterr()

    status = main(["run", str(config)])

    said = capsys.readouterr()
    assert status == 1
    assert said.err.startswith("detcore: ")
    assert said.err.endswith("continue it with --resume, or start another with --name NAME (or run.name=NAME)\n")
    assert said.err.count("\n") == 1


def test_resuming_a_finished_run_is_no_mistake(config, capsys):
    main(["run", str(config)])

    status = main(["run", str(config), "--resume"])

    assert status == 0
    assert "is trained already: 3 steps are done" in capsys.readouterr().out


def test_an_override_of_a_path_that_does_not_exist_writes_nothing(config, tmp_path, capsys):
    status = main(["run", str(config), "training.stepps=3"])

    assert status == 1
    assert "training.stepps" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_the_users_interrupt_is_status_130(config, tmp_path, capsys, monkeypatch):
    def interrupt(self, run):
        if run.step == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("detcore.training.checkpoint_hook.CheckpointHook.after_step", interrupt)

    status = main(["run", str(config)])

    assert status == 130


def test_evaluation_is_left_out_where_there_is_nothing_to_evaluate(config, tmp_path, capsys):
    status = main(["run", str(config), "evaluation.evaluators=[]"])

    assert status == 0
    assert "not evaluated: the config has no evaluation.evaluators" in (tmp_path / "runs/tiny/log.txt").read_text()


def test_evaluation_alone_needs_something_to_evaluate(config, capsys):
    status = main(["run", str(config), "evaluation.evaluators=[]", 'run.do=["evaluate"]'])

    assert status == 1
    assert capsys.readouterr().err == (
        "detcore: run.do: there is nothing to evaluate: the config has no evaluation.evaluators\n"
    )


def test_a_sweep_is_checked_whole_before_anything_runs(config, tmp_path, capsys):
    status = main(["run", str(config), "--sweep", "optimizer.lr=0.01,-1", "--sweep", "training.steps=1,0"])

    assert status == 1
    assert capsys.readouterr().err.splitlines() == [
        "detcore: 2 problems",
        "  sweep 'training.steps=1,0': training.steps: must be >= 1, not 0",
        "  sweep 'optimizer.lr=0.01,-1': optimizer.lr: must be > 0, not -1.0",
    ]
    assert not (tmp_path / "runs").exists()


def test_a_sweep_runs_every_combination_and_a_failed_one_is_status_1(config, tmp_path, capsys):
    brief = ("training.steps=1", "schedule.warmup_steps=0")
    status = main(["run", str(config), *brief, "--name", "s", "--sweep", "model.explode_at=-1,0"])

    said = capsys.readouterr()
    assert status == 1
    assert said.err == "detcore: 1 of 2 runs failed\n"
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith(("-1 ", "0 "))] == ["-1", "0"]
    assert (tmp_path / "runs/s-sweep/sweep.json").exists()


def test_a_part_that_cannot_be_built_is_told_with_file_and_line(config, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(tiny_detector, "TinyDetector", None)
    line = 1 + config.read_text().splitlines().index("[model]")

    status = main(["run", str(config)])

    assert status == 3
    assert capsys.readouterr().err.startswith(
        f"detcore: {config}:{line}: model: local (no version) failed while building architectures:local/tiny-detector: "
    )


def test_a_python_file_runs_like_the_config_it_returns(config, tmp_path, capsys):
    (tmp_path / "tiny.py").write_text(
        f"from detcore.config import load\n\n\ndef experiment():\n    return load({str(config)!r}).experiment\n"
    )

    statuses = [main(["run", str(config)]), main(["run", str(tmp_path / "tiny.py"), "--name", "py", "run.seed=0"])]

    runs = tmp_path / "runs"
    assert statuses == [0, 0]
    assert (runs / "py/metrics.jsonl").read_text() == (runs / "tiny/metrics.jsonl").read_text()
    assert load(runs / "py").experiment.model == load(runs / "tiny").experiment.model


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["evaluate", "nowhere"], "nowhere holds no run: there is no config.toml in it", id="no run"),
        pytest.param(["predict", "nowhere", "."], "nowhere does not exist", id="no model"),
        pytest.param(["run", "nowhere.toml"], "nowhere.toml", id="no config"),
    ],
)
def test_what_is_not_there_is_named(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "a.png", ShapesConfig(num_images=1, size=(32, 32)).build()[0]["image"])

    status = main(arguments)

    said = capsys.readouterr().err
    assert status == 1
    assert message in said
    assert said.count("\n") == 1


def test_a_mistake_in_a_config_is_told_before_torch_is_imported(tmp_path):
    (tmp_path / "wrong.toml").write_text("[training]\nsteps = 'many'\n")
    program = (
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "from detcore.cli.main import main\n"
        f"sys.exit(main(['run', {str(tmp_path / 'wrong.toml')!r}]))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "wrong.toml:2" in done.stderr
    assert "Traceback" not in done.stderr
