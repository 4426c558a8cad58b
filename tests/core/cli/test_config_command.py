"""What ``detcore config`` prints."""

import pytest
import tiny_detector

from detcore.cli.main import main
from detcore.config import load
from detcore.plugins import register, unregister

BASE = """\
[data.train]
datasets = [{ type = "shapes", num_images = 12 }]
[model]
type = "tiny-detector"
num_classes = "${data.num_classes}"
[optimizer]
type = "sgd"
lr = 0.05
[schedule]
type = "multi-step"
[training]
steps = 3
"""


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """A config over a base, in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(BASE)
    (tmp_path / "a.toml").write_text('extends = "base.toml"\n[optimizer]\nlr = 0.1\n')
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.mark.parametrize("suffix", ["toml", "yaml", "json"])
def test_show_writes_a_config_that_reads_back_equal(suffix, tmp_path, capsys):
    assert main(["config", "show", "a.toml", "run.seed=3", "--format", suffix]) == 0

    (tmp_path / f"shown.{suffix}").write_text(capsys.readouterr().out)
    assert load(f"shown.{suffix}").experiment == load("a.toml", overrides=["run.seed=3"]).experiment


def test_show_resolves_references_and_names_components_in_full(capsys):
    main(["config", "show", "a.toml"])

    shown = capsys.readouterr().out
    assert '[model]\ntype = "local/tiny-detector"\nnum_classes = 5\nwidth = 8\n' in shown


def test_explain_tells_the_chain_the_type_and_the_help(capsys):
    assert main(["config", "explain", "a.toml", "optimizer.lr", "optimizer.lr=0.2"]) == 0

    assert capsys.readouterr().out == (
        "optimizer.lr = 0.2\n"
        "  override 'optimizer.lr=0.2'  0.2\n"
        "  a.toml:3                     0.1   replaced\n"
        "  base.toml:8                  0.05  replaced\n"
        "\n"
        "  float; > 0; default 0.02\n"
        "  Learning rate at multiplier 1 of the schedule.\n"
    )


def test_explain_follows_a_reference(capsys):
    main(["config", "explain", "a.toml", "model.num_classes", 'data.classes=["a","b","c","d","e"]'])

    assert capsys.readouterr().out.splitlines()[:5] == [
        "model.num_classes = 5",
        '  base.toml:5  "${data.num_classes}"',
        "    data.num_classes = 5",
        '        data.classes = ["a", "b", "c", "d", "e"]',
        """          override 'data.classes=["a","b","c","d","e"]'  ["a", "b", "c", "d", "e"]""",
    ]


def test_explain_of_a_table_is_a_line_for_each_setting(capsys):
    main(["config", "explain", "a.toml", "model"])

    assert capsys.readouterr().out == (
        'model.type         "local/tiny-detector"  base.toml:4\n'
        'model.num_classes  5                      base.toml:5, "${data.num_classes}"\n'
        "model.width        8                      default of TinyDetectorConfig (local)\n"
        "model.explode_at   -1                     default of TinyDetectorConfig (local)\n"
    )


def test_explain_of_a_misspelt_path(capsys):
    assert main(["config", "explain", "a.toml", "optimizer.rl"]) == 1

    assert capsys.readouterr().err == "detcore: optimizer.rl: no such setting; did you mean 'lr'?\n"


def test_diff_is_a_line_for_each_setting_that_differs(capsys):
    assert main(["config", "diff", "base.toml", "a.toml"]) == 0

    assert capsys.readouterr().out == "optimizer.lr: 0.05 -> 0.1\n"


def test_diff_of_two_spellings_of_one_experiment(capsys):
    assert main(["config", "diff", "base.toml", "a.toml", "optimizer.lr=1"]) == 0

    assert capsys.readouterr().out == "base.toml and a.toml are the same experiment\n"


def test_diff_cuts_what_is_too_long_to_read(tmp_path, capsys):
    names = ", ".join(f'"class {number}"' for number in range(1000))
    (tmp_path / "many.toml").write_text(f'extends = "base.toml"\n[data]\nclasses = [{names}]\n')

    main(["config", "diff", "base.toml", "many.toml"])

    lines = capsys.readouterr().out.splitlines()
    assert [len(line) < 120 for line in lines] == [True, True]
    assert lines[0].startswith('data.classes: not set -> ["class 0", ')
    assert lines[1] == "model.num_classes: 5 -> 1000"


@pytest.mark.parametrize("words", ["show a.toml", "explain a.toml optimizer", "diff a.toml base.toml"])
def test_a_mistake_in_a_config_is_told_as_everywhere(words, capsys):
    assert main(["config", *words.split(), "optimizer.lr=fast"]) == 1

    assert capsys.readouterr().err == (
        "detcore: override 'optimizer.lr=fast': optimizer.lr: must be float, not 'fast'\n"
    )
