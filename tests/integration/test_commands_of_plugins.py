"""Subcommands that plugins offer: known from metadata, imported when typed, contained when broken."""

import os
import subprocess
import sys

import pytest

COMMAND = "import sys; from detcore.cli.main import main; sys.exit(main())"

CANARY = "from pathlib import Path\nPath(__file__).with_name('imported').touch()\n"

GREETING = """
class Greeting:
    summary = "say hello"

    def add_arguments(self, parser):
        parser.add_argument("name")

    def run(self, arguments):
        print("hello", arguments.name)
        return 0
"""


@pytest.fixture
def offer(tmp_path):
    """Install a distribution that offers commands; each is a class of the one module."""

    def offer(distribution, text, **commands):
        package = distribution.replace("-", "_")
        (tmp_path / f"{package}.py").write_text(text)
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {distribution}\nVersion: 1.0\n")
        lines = [f"{name} = {package}:{target}" for name, target in commands.items()]
        (metadata / "entry_points.txt").write_text("\n".join(["[detcore.commands]", *lines]) + "\n")

    return offer


@pytest.fixture
def detcore(tmp_path):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *words],
            env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_a_command_is_shown_in_the_help_and_imported_when_it_is_typed(offer, detcore, tmp_path):
    offer("det-greeting", CANARY + GREETING, greet="Greeting")

    for words in (["--help"], ["check", "--help"], ["plugins", "list"]):
        done = detcore(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert not (tmp_path / "imported").exists(), words
    assert "greet" in detcore("--help").stdout
    assert "from det-greeting" in detcore("--help").stdout

    done = detcore("greet", "you")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello you\n", "")
    assert (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 / 0", "failed while being imported: ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(0)", "failed while being imported: SystemExit: 0"),
        ("import a_package_that_is_missing", "No module named 'a_package_that_is_missing'"),
        ("class Greeting: pass", "failed while declaring its arguments: AttributeError"),
        (GREETING.replace("return 0", "sys.exit(0)"), "failed while running: NameError: name 'sys' is not defined"),
        (GREETING.replace("return 0", "raise SystemExit(0)"), "failed while running: SystemExit: 0"),
        (GREETING.replace("return 0", ""), "its run must return the exit status, found None"),
        (GREETING.replace("summary", "def __init__(self): raise OSError('cold')\n    summary"), "OSError: cold"),
    ],
)
def test_a_broken_one_is_named_and_stops_no_other(offer, detcore, text, told):
    offer("det-broken", text, greet="Greeting")
    offer("det-healthy", GREETING, hail="Greeting")

    done = detcore("greet", "you")

    assert done.returncode == 3
    assert told in done.stderr
    assert done.stderr.startswith("detcore: det-broken 1.0 failed while ")
    assert "Its entry point is greet = 'det_broken:Greeting' in detcore.commands." in done.stderr
    assert "Traceback" not in done.stderr
    assert detcore("hail", "you").stdout == "hello you\n"
    assert detcore("--help").returncode == 0


def test_two_of_one_name_are_typed_in_full(offer, detcore):
    offer("det-one", GREETING, greet="Greeting")
    offer("det-two", GREETING.replace("hello", "welcome"), greet="Greeting")

    both = detcore("greet", "you")

    assert both.returncode == 1
    assert "'greet' is offered by det-one/greet and det-two/greet; write one of these in full" in both.stderr
    assert detcore("det-two/greet", "you").stdout == "welcome you\n"


def test_a_name_of_ours_stays_ours(offer, detcore):
    offer("det-greeting", GREETING, check="Greeting")

    assert "hello" not in detcore("check", "no.toml").stdout
    assert detcore("det-greeting/check", "you").stdout == "hello you\n"
