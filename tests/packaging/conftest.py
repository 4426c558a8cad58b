"""Wheels of every distribution, built once."""

import pytest
from fresh_environment import build_wheel
from repository import CORE, PLUGINS


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder that holds the wheel of every distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    for distribution in (CORE, *PLUGINS):
        build_wheel(distribution, folder)
    return folder
