"""Plugins that ``[plugins] hooks`` lists are told what happens in a run."""

import pytest
import tiny_detector
from hook_diary import Diary
from tiny_experiment import tiny_experiment

from detcore.jobs import run
from detcore.plugins import register, unregister


@pytest.fixture(autouse=True)
def _detector():
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.fixture
def diary():
    plugin = Diary()
    register(plugin)
    yield plugin
    unregister(plugin)


def test_a_listed_plugin_sees_start_steps_and_end(diary, tmp_path):
    run(tiny_experiment(tmp_path, plugins__hooks=["diary"], training__steps=2))

    assert diary.told == [("run_start", "tiny"), ("after_step", 1), ("after_step", 2), ("run_end", None)]


def test_a_plugin_that_is_not_listed_is_told_nothing(diary, tmp_path):
    run(tiny_experiment(tmp_path, training__steps=1))

    assert diary.told == []
