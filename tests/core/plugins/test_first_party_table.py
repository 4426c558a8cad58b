"""The generated table says what the workspace's pyproject files say."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from detcore.plugins.first_party import FIRST_PARTY

WORKSPACE = Path(__file__).parents[3]
WRITER = WORKSPACE / "core/tools/write_first_party.py"


def test_the_table_is_the_workspace():
    if not (WORKSPACE / "plugins").is_dir():
        pytest.skip(f"core stands alone: {WORKSPACE / 'plugins'} does not exist")
    spec = spec_from_file_location("write_first_party", WRITER)
    writer = module_from_spec(spec)
    spec.loader.exec_module(writer)

    assert writer.first_party() == FIRST_PARTY, f"run {sys.executable} {WRITER}"
    assert writer.rendered(FIRST_PARTY) == writer.TARGET.read_text()
