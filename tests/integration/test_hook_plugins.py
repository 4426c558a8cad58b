"""A hook plugin that ``[plugins] hooks`` lists is there wherever its components are asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_experiment import tiny_tables

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture
def detcore(tmp_path):
    """The command in an environment where ``det-hooky`` is installed, whose hook declares the tiny detector."""
    metadata = tmp_path / "site/det_hooky-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.4\nName: det-hooky\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[detcore.hooks]\nhooky = tiny_detector\n")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{SUPPORT}"}

    def run(*words):
        script = "import sys; from detcore.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.slow
def test_its_components_are_trained_stored_and_found_again(detcore, tmp_path):
    tables = tiny_tables(tmp_path / "runs")
    config = tmp_path / "tiny.json"
    config.write_text(json.dumps(tables | {"plugins": {"hooks": ["hooky"]}}))

    brief = ("training.steps=1", "schedule.warmup_steps=0")
    trained = detcore("run", str(config), *brief)
    stored = tmp_path / "runs/tiny/config.toml"
    text = stored.read_text()
    stored.write_text(text.replace("det-hooky/hooky", "hooky"))  # as the user has written it
    again = detcore("run", str(config), *brief, "--resume")

    assert (trained.returncode, trained.stderr) == (0, "")
    assert (again.returncode, again.stderr) == (0, "")
    assert 'type = "det-hooky/tiny-detector"' in text
    assert 'hooks = ["det-hooky/hooky"]' in text


def test_a_misspelt_plugin_is_told_with_the_right_name(detcore, tmp_path):
    (tmp_path / "tiny.json").write_text(json.dumps(tiny_tables(tmp_path) | {"plugins": {"hooks": ["hookie"]}}))

    done = detcore("check", "tiny.json")

    assert done.returncode == 1
    assert "plugins.hooks.0: no 'hookie' among hooks; did you mean 'hooky'?" in done.stderr


def test_hooks_of_a_file_that_is_not_given_are_told_how_to_give_it(detcore, tmp_path):
    (tmp_path / "tiny.json").write_text(json.dumps(tiny_tables(tmp_path) | {"plugins": {"hooks": ["zebra-counts"]}}))

    done = detcore("check", "tiny.json")

    assert done.returncode == 1
    assert "plugins.hooks.0: no 'zebra-counts' among hooks; there is " in done.stderr
    assert "; a file of one's own, such as zebra_counts.py, is given with --local FILE\n" in done.stderr


def test_a_hook_that_could_never_be_called_is_told_before_the_run(detcore, tmp_path):
    text = "from detcore.plugins import hookimpl\n@hookimpl\ndef detcore_after_step(runn):\n    pass\n"
    (tmp_path / "site/tiny_detector.py").write_text(text)  # in place of the module that the entry point names
    (tmp_path / "tiny.json").write_text(json.dumps(tiny_tables(tmp_path) | {"plugins": {"hooks": ["hooky"]}}))

    done = detcore("check", "tiny.json")

    assert done.returncode == 3
    assert done.stderr == (
        f"detcore: det-hooky 1.0: detcore_after_step ({tmp_path / 'site/tiny_detector.py'}:2) asks for 'runn', "
        "which this hook is not given; did you mean 'run'?\n"
    )


def test_without_it_the_components_are_not_there(detcore, tmp_path):
    (tmp_path / "tiny.json").write_text(json.dumps(tiny_tables(tmp_path / "runs")))

    done = detcore("check", "tiny.json")

    assert done.returncode == 1
    assert "no 'tiny-detector' among architectures" in done.stderr
