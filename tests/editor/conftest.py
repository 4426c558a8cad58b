"""The two language servers, over a folder that holds the schema of everything installed."""

import os
import shutil
from pathlib import Path

import pytest
from language_server import LanguageServer

from detcore.cli.main import main

SUPPORT = Path(__file__).parents[1] / "support"


def installed(package: str) -> Path:
    """The folder that npm put the servers into; skips where one is missing."""
    named = os.environ.get("DETCORE_LANGUAGE_SERVERS_DIR")
    if named is None:
        pytest.skip("DETCORE_LANGUAGE_SERVERS_DIR names no folder of language servers; nox -s editor makes one")
    if shutil.which("node") is None:
        pytest.skip("node, which runs the language servers, is not installed")
    if not (Path(named) / "node_modules" / package).is_dir():
        pytest.skip(f"{named} has no {package}; nox -s editor installs it")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiments")
    assert main(["config", "schema", "--output", str(folder / "detcore.schema.json")]) == 0
    return folder


@pytest.fixture(scope="session")
def toml(folder):
    servers = installed("@taplo/lsp")
    with LanguageServer(["node", str(SUPPORT / "taplo_stdio.mjs"), str(servers)], folder) as server:
        yield server


@pytest.fixture(scope="session")
def yaml(folder):
    command = installed("yaml-language-server") / "node_modules/.bin/yaml-language-server"
    with LanguageServer([str(command), "--stdio"], folder) as server:
        yield server
