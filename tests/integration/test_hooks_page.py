"""The page on hooks: its files work, its commands run, and its table is the specifications."""

import inspect
import json
import re
import shlex
import tomllib

import pytest
import tiny_detector
from fenced_blocks import commands, fenced_blocks
from repository import ROOT
from tiny_experiment import tiny_experiment

from detcore.cli.main import main
from detcore.config import dump_toml
from detcore.plugins import installed_registry, unregister
from detcore.plugins.hooks import HOOK_NAMES, HookSpecifications
from detcore.testing.registering import registered

PAGE = ROOT / "docs" / "hooks.md"
BLOCKS = fenced_blocks(PAGE)
FILES = {block.file_name: block.text for block in BLOCKS if block.file_name}
RUN, EVALUATE, CHECK = [line for block in BLOCKS if block.language == "bash" for line in commands(block)]


@pytest.fixture(autouse=True)
def _readers_folder(tmp_path, monkeypatch):
    """A folder with the page's files, beside a config of a run of two steps."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    with registered(tiny_detector):
        (tmp_path / "tiny.toml").write_text(dump_toml(tiny_experiment("runs", training__steps=2)))
        yield
    for module in list(installed_registry().local_files):
        installed_registry().forget_file(module)


def succeed(command, capsys):
    program, *words = shlex.split(command)
    status = main(words)
    printed = capsys.readouterr()
    assert (program, status) == ("detcore", 0), printed.err
    return printed


def test_the_file_is_told_of_the_run_and_of_a_later_evaluation(capsys, tmp_path):
    printed = succeed(RUN, capsys).out.splitlines()

    assert printed.index("writing to runs/tiny") < printed.index("well done")
    assert '"seen": ' in (tmp_path / "runs/tiny/metrics.jsonl").read_text()
    assert (tmp_path / "runs/tiny/local/my_hooks.py").read_text() == FILES["my_hooks.py"]

    printed = succeed(EVALUATE, capsys).out
    assert "writing to runs/tiny\n" in printed
    assert "well done\n" in printed


def test_what_ends_a_run_without_a_word_is_named_too(capsys):
    values = {}
    exec(compile(FILES["my_hooks.py"], "my_hooks.py", "exec"), values)

    values["detcore_run_end"](error=KeyboardInterrupt())

    assert capsys.readouterr().out == "ended by KeyboardInterrupt\n"


def test_a_line_of_metrics_has_the_mean_of_what_a_hook_adds(capsys, tmp_path):
    succeed(f"{RUN} training.log_every_steps=2", capsys)

    (line,) = map(json.loads, (tmp_path / "runs/tiny/metrics.jsonl").read_text().splitlines())
    assert (line["step"], line["seen"]) == (2, (1 / 2 + 2 / 2) / 2)


def test_the_rules_change_an_experiment_and_find_fault_with_one(capsys):
    assert "local/team-rules changes run.seed: 0 -> 7" in succeed(CHECK, capsys).out

    assert main([*shlex.split(CHECK)[1:], "optimizer.lr=2.0"]) == 1
    assert "optimizer.lr: is more than we ever want" in capsys.readouterr().err


def test_the_notebook_runs():
    values = {}
    try:
        exec(compile(FILES["notebook.py"], "notebook.py", "exec"), values)
    finally:
        unregister(values["best"])

    assert values["best"].loss > 0


def test_the_entry_point_is_one():
    (group,) = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"]

    assert group in {row.component.group for row in installed_registry().rows}


def test_every_block_is_a_file_or_runs():
    assert [f"line {block.line}" for block in BLOCKS if block.file_name is None and block.language != "bash"] == []


def test_the_table_lists_every_hook_with_its_arguments():
    rows = re.findall(r"^\| `(detcore_\w+)` \|[^|]*\|([^|]*)\|", PAGE.read_text(), re.MULTILINE)
    listed = {name: re.findall(r"`(\w+)`", arguments) for name, arguments in rows}
    specified = {name: list(inspect.signature(getattr(HookSpecifications, name)).parameters)[1:] for name in HOOK_NAMES}

    assert listed == specified
    assert list(listed) == list(HOOK_NAMES)
