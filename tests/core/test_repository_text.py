"""What is committed is true on any machine."""

import re
import subprocess

import pytest
from repository import ROOT

MACHINE_BOUND = re.compile(
    r"""
    (?<![\w.~-])/(?:home|Users|root|work|mnt|opt|tmp)/[\w.-]   # a path of one machine
    | \b[A-Z]:\\\\?Users\b
    | \bfiles\.pythonhosted\b | \bpypi\.(?:org|python)\b       # hosts of package registries
    | \b(?:test|simple)\.pypi\b | \bartifactory\b | \bdownload\.pytorch\b
    | (?:extra-)?index[-]url | \bfind[-]links\s*=
    """,
    re.VERBOSE,
)


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in committed_files()
        for number, line in enumerate(lines(path), start=1)
        if MACHINE_BOUND.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "is_bound"),
    [
        pytest.param('path = "/home/' + 'ada/pictures"', True, id="a home folder"),
        pytest.param("see /tmp" + "/x", True, id="a temporary file"),
        pytest.param("https://pypi" + ".org/simple", True, id="a registry"),
        pytest.param("--extra-index" + "-url x", True, id="a registry option"),
        pytest.param("runs/tmp/x and ~/work and a/home/b", False, id="relative paths"),
        pytest.param("https://arxiv.org/abs/1506.01497", False, id="a paper"),
    ],
)
def test_bound_text_is_found(line, is_bound):
    assert bool(MACHINE_BOUND.search(line)) == is_bound


def committed_files():
    """Files git knows or would add; where there is no git, those that are not generated."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not GENERATED & set(path.parts)]
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


GENERATED = {".git", "runs", "dist", "uv.lock", "__pycache__", ".hypothesis", ".venv", ".nox"} | {
    f".{tool}_cache" for tool in ("mypy", "pytest", "ruff")
}


def lines(path):
    """Lines of a text file; none of any other."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
