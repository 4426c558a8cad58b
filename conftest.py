"""What all tests share: where the fixtures lie, and that nothing leaks from one test into the next."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from import_graph import SourceTree

from detcore.plugins import installed_registry

ROOT = Path(__file__).parent


@pytest.fixture(scope="session")
def parity_dir() -> Path:
    """Recordings of the reference's numbers."""
    return _folder("DETCORE_PARITY_DIR", ROOT.parent / "shared/parity")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Small real datasets."""
    return _folder("DETCORE_DATA_DIR", ROOT.parent / "shared/data")


def _folder(variable: str, default: Path) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{folder} does not exist; set {variable} to the folder that holds these fixtures")
    return folder


@pytest.fixture(autouse=True)
def _registry_is_left_as_found() -> Iterator[None]:
    """What a test registers, it unregisters: the registry is the one thing all tests of a process share."""
    before = set(installed_registry().rows)
    yield
    leaked = [row for row in installed_registry().rows if row not in before]
    assert leaked == [], f"still registered after the test: {leaked}"


def pytest_configure(config: pytest.Config) -> None:
    """One thread of arithmetic for each worker: tests run beside each other, and sums keep one order."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def write_modules(tmp_path: Path) -> Callable[[Mapping[str, str]], SourceTree]:
    """A function that writes modules, given by file name, below ``tmp_path`` and reads them as a tree."""

    def write_all(modules: Mapping[str, str]) -> SourceTree:
        for name, text in modules.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return SourceTree.read(tmp_path)

    return write_all
