"""Every block of the page on configuration does what the page says."""

import shlex

import pytest
from fenced_blocks import commands, fenced_blocks
from repository import ROOT

from detcore.cli.main import main
from detcore.config import load
from detcore.config.text.limits import MAX_BYTES, MAX_DEPTH, MAX_FILES_DEEP, MAX_KEYS, MAX_VALUES

PAGE = ROOT / "docs" / "configuration.md"
BLOCKS = fenced_blocks(PAGE)
FILES = {block.file_name: block.text for block in BLOCKS if block.file_name}
COMMANDS = [line for block in BLOCKS if block.language == "bash" for line in commands(block)]


@pytest.fixture(autouse=True)
def _readers_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_succeeds(command, capsys):
    program, *arguments = shlex.split(command)

    status = main(arguments)

    assert (program, status) == ("detcore", 0), capsys.readouterr().err


def test_every_block_is_a_file_or_runs():
    assert [f"line {block.line}" for block in BLOCKS if block.file_name is None and block.language != "bash"] == []


def test_the_file_over_the_base_is_the_base_but_for_what_it_says():
    base, deeper = load("base.toml").experiment, load("deeper.toml").experiment

    assert deeper.model.backbone.bottom_up.depth == 101
    assert (deeper.optimizer, deeper.data) == (base.optimizer, base.data)


def test_references_are_what_they_name():
    experiment = load("named.toml").experiment

    assert experiment.run.name == "lr-0.02"
    assert experiment.data.test.augmentations == experiment.data.train.augmentations
    assert experiment.model.roi_heads.num_classes == len(experiment.data.train.datasets[0].metadata().classes)


def test_the_limits_are_those_of_the_code():
    text = PAGE.read_text(encoding="utf-8")
    limits = text[text.index("## Limits") :]

    assert MAX_BYTES == 1024**2
    assert f"{MAX_VALUES:,} values, {MAX_KEYS:,} keys in a table, {MAX_DEPTH} levels" in limits
    assert f"at most {MAX_FILES_DEEP} files extend each other" in text
