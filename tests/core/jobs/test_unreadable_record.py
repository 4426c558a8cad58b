"""A run whose record of plugins is damaged, or written by another version, has lost nothing else."""

import json
import warnings

import cv2
import numpy as np
import pytest
from tiny_experiment import tiny_experiment

from detcore.errors import DetcoreWarning
from detcore.jobs import evaluate, predict, run, train
from detcore.jobs.checking import check
from detcore.plugins.lock import read_lock

DAMAGED = {
    "newer": ('{"schema": 9}', "is no lock record of schema 1"),
    "cut off": ('{"schema": 1, "libraries": {"tor', "is no lock record: Unterminated string starting at"),
    "edited": ('{"schema": 1, "hooks": [3]}', "is no lock record of schema 1: hooks holds 3, which is no text"),
}


@pytest.fixture(params=DAMAGED)
def damaged(request, tmp_path):
    """A run, and the beginning of what is to be said of its record."""
    folder = train(tiny_experiment(tmp_path, training__steps=1))
    text, told = DAMAGED[request.param]
    (folder / "plugins.lock.json").write_text(text)
    return folder, f"{folder / 'plugins.lock.json'}: {told}"


def told_while(work) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        work()
    return [str(each.message) for each in caught if issubclass(each.category, DetcoreWarning)]


def test_it_can_be_used_and_is_told_once(damaged, tmp_path):
    folder, told = damaged
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((40, 60, 3), dtype=np.uint8))

    notices = [
        told_while(lambda: evaluate(folder)),
        told_while(lambda: predict(folder, [tmp_path / "a.png"], output=tmp_path / "out")),
        told_while(lambda: check(folder)),
    ]

    assert [len(each) for each in notices] == [1, 1, 0]
    for (notice,) in notices[:2]:
        assert notice.startswith(told)
        assert notice.endswith(", so the plugins of this run are not compared with those that are here")
    assert "not as when the run began" not in (folder / "log.txt").read_text()


def test_it_can_be_continued_and_has_a_record_again(damaged, tmp_path):
    folder, told = damaged
    longer = tiny_experiment(tmp_path, training__steps=2)

    notices = told_while(lambda: run(longer, resume=True))

    assert len(notices) == 1
    assert notices[0].startswith(told)
    assert json.loads((folder / "plugins.lock.json").read_text()) == read_lock(folder / "plugins.lock.json")
    assert (folder / "checkpoints" / "step-000002").exists()
