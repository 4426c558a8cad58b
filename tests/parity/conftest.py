"""What the tests of agreement share: the translation of recorded facts lies beside them."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def compare(parity_dir: Path) -> Callable[..., list[str]]:
    """The recordings' own comparison: what differs by more than its tolerance, in words."""
    spec = importlib.util.spec_from_file_location("parity_compare", parity_dir / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., list[str]] = module.compare
    return function
