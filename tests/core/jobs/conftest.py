"""The tiny detector as a registered component, as a notebook would bring one, and a run of it."""

import pytest
import tiny_detector
from tiny_experiment import tiny_experiment

from detcore.jobs import train
from detcore.plugins import register, unregister


@pytest.fixture(scope="module", autouse=True)
def registered():
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.fixture(scope="module")
def finished_run(registered, tmp_path_factory):
    """A trained run that tests of one file share."""
    return train(tiny_experiment(tmp_path_factory.mktemp("finished")))
