"""Help is as wide as argparse would make it."""

import argparse
import subprocess
import sys

import pytest

from detcore.cli.layout import Layout


@pytest.mark.parametrize("columns", ["", "0", "40", "120", "wide"])
def test_the_width_is_that_of_argparse(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)

    assert Layout("detcore")._width == argparse.HelpFormatter("detcore")._width


def test_a_list_needs_no_more_than_it_lays_out():
    script = "import sys; from detcore.cli.main import main; main(['plugins', 'list', '--kind', 'schedules'])"
    told = f"{script}; print('shutil' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "False"
