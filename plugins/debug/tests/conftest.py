"""The tiny detector, and experiments of it that list a plugin."""

import pytest
import tiny_detector
from tiny_experiment import tiny_experiment

from detcore.testing.registering import registered


@pytest.fixture(autouse=True)
def _detector(monkeypatch):
    monkeypatch.delenv("DETCORE_PROFILE_STEPS", raising=False)
    with registered(tiny_detector):
        yield


@pytest.fixture
def listed(tmp_path):
    """A function that makes an experiment with these plugins of hooks, and settings replaced."""

    def listed(*hooks, **changes):
        return tiny_experiment(tmp_path / "runs", plugins__hooks=list(hooks), **changes)

    return listed
