"""The guide for plugin authors works from its first block to its last."""

import re
import runpy
import shlex
import subprocess
import sys
import tomllib

import pytest
from fenced_blocks import commands, fenced_blocks
from made_plugins import environment_with, installed_without_installer
from repository import ROOT

from detcore.scaffolding import kinds_to_make

PAGE = ROOT / "docs/plugin_guide.md"
BLOCKS = fenced_blocks(PAGE)

DETCORE = [sys.executable, "-c", "import sys; from detcore.cli.main import main; sys.exit(main())"]
PROGRAMS = {"detcore": DETCORE, "pytest": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]}


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder of the author who has followed the page; what each command printed."""
    folder, site, printed, environment = tmp_path_factory.mktemp("author"), tmp_path_factory.mktemp("site"), {}, None
    for block in BLOCKS:
        if block.file_name:
            (folder / block.file_name).write_text(block.text)
        for command in commands(block) if block.language == "bash" else ():
            program, *words = shlex.split(command)
            if program == "cd":
                folder /= words[0]
            elif command == "python -m pip install --upgrade pip":
                continue  # the installer below has every option
            elif program == "pip":  # what it does, without asking a package index
                installed_without_installer([folder], site)
                environment = environment_with([folder], site)
            else:
                printed[command] = execute([*PROGRAMS[program], *words], folder, environment)
    return folder, printed


def execute(words, folder, environment):
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_author_gets_to_the_end(followed):
    folder, printed = followed

    assert "Channels of every feature map." in printed["detcore plugins show wide-net"]
    assert re.search(r"^\d+ passed", printed["pytest"], re.MULTILINE)
    assert (folder / ".github/workflows/publish.yml").is_file()


@pytest.mark.slow
def test_nothing_is_doubtful_in_the_config_that_it_shows(followed):
    _, printed = followed

    assert printed["detcore check wide.toml"] == "wide.toml: ok\n"


@pytest.mark.slow
def test_what_the_readme_shows_still_fits_what_the_author_wrote(followed):
    folder, _ = followed
    (shown,) = (block for block in fenced_blocks(folder / "README.md") if block.language == "toml")
    config = tomllib.loads(shown.text)["model"]["backbone"]["bottom_up"]
    module = runpy.run_path(str(folder / "src/detcore_wide_net/wide_net_config.py"))

    assert config.pop("type") == "wide-net"
    assert module["WideNetBackboneConfig"](**config).channels == 32


@pytest.mark.slow
def test_the_line_that_makes_it_a_plugin_is_in_what_was_made(followed):
    folder, _ = followed
    shown, opening = (tomllib.loads(block.text) for block in BLOCKS if block.language == "toml" and not block.file_name)
    made = tomllib.loads((folder / "pyproject.toml").read_text())

    assert shown["project"]["entry-points"] == made["project"]["entry-points"]
    assert list(opening["project"]["entry-points"]) == ["detcore.interfaces"]


def test_files_replace_those_that_are_made():
    assert [block.file_name for block in BLOCKS if block.language == "python"] == [
        "src/detcore_wide_net/wide_net_config.py",
        "src/detcore_wide_net/wide_net.py",
        "tests/test_wide_net.py",
    ]


def test_the_table_lists_every_kind():
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)

    assert listed == [kind.word for kind in kinds_to_make()]
