import os
import signal

import pytest

from detcore.training.interrupts import Interrupts


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_one_is_remembered():
    interrupts = Interrupts()

    with interrupts.watched():
        press_ctrl_c()

    assert interrupts.requested


def test_the_second_one_acts_at_once():
    interrupts = Interrupts()

    with interrupts.watched():
        press_ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()


def test_a_wait_is_left_at_once_and_the_wish_remembered():
    interrupts, reached = Interrupts(), False

    with interrupts.watched(), interrupts.at_once():
        press_ctrl_c()
        reached = True

    assert interrupts.requested
    assert not reached


def test_afterwards_everything_is_as_before():
    before = signal.getsignal(signal.SIGINT)

    with Interrupts().watched():
        pass

    assert signal.getsignal(signal.SIGINT) is before
