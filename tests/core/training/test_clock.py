import pytest

from detcore.training import StepClock


def test_shares_and_means_are_of_what_was_measured():
    clock = StepClock()
    clock.data_s, clock.compute_s, clock.steps = 1.0, 3.0, 2

    assert (clock.step_s, clock.data_share) == (2.0, 0.25)


def test_a_clock_that_has_measured_nothing_divides_by_nothing():
    assert (StepClock().step_s, StepClock().data_share) == (0.0, 0.0)


def test_taking_leaves_an_empty_clock():
    clock = StepClock()
    with clock.compute():
        pass

    taken = clock.take()

    assert (taken.steps, clock.steps) == (1, 0)
    assert taken.compute_s > 0
    assert clock.compute_s == pytest.approx(0)
