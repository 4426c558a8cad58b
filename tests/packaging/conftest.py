"""Wheels of every distribution, built once."""

import subprocess
import sys

import pytest
from repository import CORE, PLUGINS


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder that holds the wheel of every distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    for distribution in (CORE, *PLUGINS):
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
        subprocess.run(command, cwd=distribution, check=True, capture_output=True)
    return folder
