"""Every block of the README does what the README says.

Commands run where a reader would run them, with fewer steps. Two are run elsewhere: the test command is what runs this
file, and the installation is run by ``tests/packaging`` in an empty environment.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from fenced_blocks import commands, fenced_blocks
from pets import PETS_REDUCED, write_pets
from repository import CORE, PLUGINS, ROOT, entry_points, project

from detcore.config import load

README = ROOT / "README.md"
BLOCKS = fenced_blocks(README)
COMMANDS = [line for block in BLOCKS if block.language == "bash" for line in commands(block)]
FILES = {block.file_name: block.text for block in BLOCKS if block.file_name}

RUN_ELSEWHERE = ("uv run pytest -n 2", "pip install det-core det-plugin-maskrcnn")

RUN_HERE = [command for command in COMMANDS if command not in RUN_ELSEWHERE]

QUICKSTART_REDUCED = [
    "training.steps=4",
    "data.train.datasets.0.num_images=16",
    "data.test.datasets.0.num_images=4",
    "data.loader.workers=0",
]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("readme")]


@pytest.fixture(scope="module")
def readers_folder(tmp_path_factory):
    """A folder with what a reader has: the clone's configs, the files the README shows, and a dataset."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "configs").symlink_to(ROOT / "configs")
    write_pets(folder)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def installed_plugin(readers_folder):
    """A folder to put on the path: the README's plugin as an installer would unpack it."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(build, cwd=readers_folder, check=True, capture_output=True)
    (wheel,) = readers_folder.glob("dist/*.whl")
    ZipFile(wheel).extractall(readers_folder / "site")
    return readers_folder / "site"


def reduced(command: str) -> list[str]:
    """The words of a command, through this environment and with few steps."""
    words = shlex.split(command.removeprefix("uv run "))
    if words[:2] == ["detcore", "run"]:
        words += QUICKSTART_REDUCED if "configs/quickstart.toml" in words else PETS_REDUCED
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]


@pytest.fixture(scope="module")
def carry_out(readers_folder, installed_plugin):
    """A function that runs a command, after all those that stand before it: a reader starts at the top.

    Each is run once, so any of them can be tested alone, and in any order.
    """
    environment = os.environ | {"PYTHONPATH": str(installed_plugin)}
    done = []

    def run_up_to(command):
        position = RUN_HERE.index(command)
        for each in RUN_HERE[len(done) : position + 1]:
            words = reduced(each)
            done.append(
                subprocess.run(words, cwd=readers_folder, env=environment, capture_output=True, text=True, check=False)
            )
        return done[position]

    return run_up_to


@pytest.mark.parametrize("command", RUN_HERE)
def test_command_succeeds(command, carry_out):
    done = carry_out(command)

    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_that_run_elsewhere_are_there():
    assert set(RUN_ELSEWHERE) <= set(COMMANDS)


@pytest.mark.parametrize("text", [block.text for block in BLOCKS if block.language == "python"])
def test_python_block_runs(text, readers_folder, monkeypatch):
    monkeypatch.chdir(readers_folder)

    exec(compile(text, str(README), "exec"), {"__name__": "readme"})


def test_config_block_loads(readers_folder, monkeypatch):
    monkeypatch.chdir(readers_folder)

    loaded = load(readers_folder / "pets.toml")

    assert loaded.experiment.run.name == "pets"


def test_every_block_is_executed():
    executed = {"bash", "python"}

    left = [f"line {block.line}" for block in BLOCKS if block.language not in executed and block.file_name is None]

    assert left == []


def test_plugin_takes_twenty_lines():
    assert len(FILES["det_triangle.py"].strip().splitlines()) <= 21  # its name, and twenty


def test_table_lists_every_component():
    rows = re.findall(r"^\| `(det-[\w-]+)` \| `([\w.]+)` \| (.*) \|$", README.read_text(), flags=re.MULTILINE)
    listed = {(name, group, component) for name, group, cell in rows for component in re.findall(r"`([\w-]+)`", cell)}

    declared = {
        (project(folder)["name"], group, component)
        for folder in (CORE, *PLUGINS)
        for group, component, _ in entry_points(folder)
    }

    assert listed == declared


def test_linked_files_exist():
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", README.read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []
