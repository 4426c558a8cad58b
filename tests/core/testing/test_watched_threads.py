"""A component that leaves a thread is told so by the kit, unless its kind works in the background by its nature."""

import threading

import pytest
from attrs import frozen

from detcore.plugins.probing.shared_state import THREADS
from detcore.testing import ScheduleConformance
from detcore.training import CosineScheduleConfig

OVER = threading.Event()


@frozen(kw_only=True)
class ThreadedScheduleConfig(CosineScheduleConfig):
    """A schedule whose thread nobody ends."""

    def build(self):
        threading.Thread(target=OVER.wait, args=(60,)).start()
        return CosineScheduleConfig.build(self)


class BackgroundConformance(ScheduleConformance):
    may_change = frozenset({THREADS})


@pytest.fixture(autouse=True)
def _ended():
    OVER.clear()
    yield
    OVER.set()


def test_a_thread_left_by_building_is_told():
    with pytest.raises(AssertionError, match="changes the running threads"):
        ScheduleConformance().test_building_has_no_side_effects(ThreadedScheduleConfig())


def test_a_kind_that_works_in_the_background_may_leave_one():
    BackgroundConformance().test_building_has_no_side_effects(ThreadedScheduleConfig())
