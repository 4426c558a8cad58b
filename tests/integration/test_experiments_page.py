"""The page about experiments does what it says, from its first block to its last."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fenced_blocks import commands, fenced_blocks
from repository import ROOT

PAGE = ROOT / "docs/experiments.md"
BLOCKS = fenced_blocks(PAGE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A folder in which a reader has followed the page; what each command printed."""
    folder = tmp_path_factory.mktemp("reader")
    printed = {}
    for block in BLOCKS:
        if block.file_name:
            (folder / block.file_name).write_text(block.text)
        elif block.language == "python":
            execute([sys.executable, "-c", block.text], folder)
        elif block.language == "bash":
            printed |= {command: execute(["bash", "-c", command], folder) for command in commands(block)}
    return folder, printed


def execute(words, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        words, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_explanation_is_what_the_page_shows(followed):
    _, printed = followed

    (shown,) = [block.text for block in BLOCKS if block.language == "text"]

    explained = printed["detcore config explain pets.toml optimizer.lr optimizer.lr=0.02"]
    assert without_line(explained) == without_line(shown)


def without_line(text):
    """The line in a file of defaults moves whenever one is added."""
    return re.sub(r"pets\.toml:\d+ +", "pets.toml:N ", text)


def test_the_python_file_and_what_was_written_from_it_are_the_same(followed):
    folder, printed = followed

    assert "are the same experiment" in execute(["detcore", "config", "diff", "pets.py", "pets.toml"], folder)
    assert printed["detcore config diff pets.toml slower.toml"] == "optimizer.lr: 0.01 -> 0.001\n"


def test_the_sweeps_left_the_folders_that_the_page_names(followed):
    folder, _ = followed

    assert (folder / "runs/pets-lr=0.01-steps=1/config.toml").exists()
    assert sorted(path.name for path in (folder / "runs/pets-sweep").iterdir()) == ["sweep.csv", "sweep.json"]


def test_every_block_is_executed_or_compared():
    assert {block.language for block in BLOCKS} == {"python", "bash", "text"}
