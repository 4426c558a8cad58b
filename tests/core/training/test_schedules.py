import pytest
from hypothesis import given
from hypothesis import strategies as st

from detcore.training import CosineScheduleConfig, MultiStepScheduleConfig


def multipliers(config, total_steps):
    schedule = config.build()
    return [schedule(step / total_steps, step) for step in range(total_steps)]


def test_the_rate_drops_at_each_milestone():
    config = MultiStepScheduleConfig(milestones=(0.5, 0.75), gamma=0.1, warmup_steps=0)

    assert multipliers(config, 8) == pytest.approx([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01])


def test_warm_up_rises_in_equal_steps_to_the_schedule():
    config = MultiStepScheduleConfig(milestones=(0.5,), warmup_steps=4, warmup_factor=0.2)

    assert multipliers(config, 10)[:6] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 0.1])


def test_constant_warm_up_stays_at_its_factor():
    config = MultiStepScheduleConfig(milestones=(0.9,), warmup_steps=3, warmup_factor=0.25, warmup_method="constant")

    assert multipliers(config, 5) == [0.25, 0.25, 0.25, 1, 1]


def test_warm_up_longer_than_the_run_is_the_beginning_of_a_longer_run():
    config = CosineScheduleConfig(warmup_steps=100, warmup_factor=0)

    assert multipliers(config, 10) == pytest.approx([step / 100 for step in range(10)])


def test_the_cosine_ends_at_its_end_factor():
    schedule = CosineScheduleConfig(end_factor=0.1, warmup_steps=0).build()

    assert [schedule(progress, 1) for progress in (0.0, 0.5, 1.0)] == pytest.approx([1, 0.55, 0.1])


def test_milestones_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match=r"^'milestones' must rise, found \[0.8, 0.5\]$"):
        MultiStepScheduleConfig(milestones=(0.8, 0.5))


@pytest.mark.parametrize(
    ("config", "landmarks"),
    [
        pytest.param(
            MultiStepScheduleConfig(milestones=(0.5, 0.8), warmup_steps=0),
            {6: "milestone", 10: "milestone"},
            id="milestones",
        ),
        pytest.param(
            MultiStepScheduleConfig(milestones=(0.3, 0.8), warmup_steps=5),
            {5: "warm-up over", 10: "milestone"},
            id="a milestone within warm-up",
        ),
        pytest.param(MultiStepScheduleConfig(warmup_steps=12), {}, id="warm-up as long as the run"),
        pytest.param(
            CosineScheduleConfig(warmup_steps=4),
            {4: "warm-up over", 6: "2/4 of the run", 9: "3/4 of the run"},
            id="quarters",
        ),
    ],
)
def test_landmarks_are_where_something_happens_to_the_rate(config, landmarks):
    assert config.landmarks(12) == landmarks


@given(st.integers(2, 3000), st.lists(st.floats(0.01, 0.99), min_size=1, max_size=3, unique=True))
def test_the_rate_drops_at_a_landmark_and_nowhere_else(total_steps, milestones):
    config = MultiStepScheduleConfig(milestones=tuple(sorted(milestones)), gamma=0.5, warmup_steps=0)
    rates = multipliers(config, total_steps)

    drops = {step for step in range(1, total_steps) if rates[step] < rates[step - 1]}

    assert drops == {step for step in config.landmarks(total_steps) if 0 < step < total_steps}


@pytest.mark.parametrize("config_class", [MultiStepScheduleConfig, CosineScheduleConfig])
def test_a_warm_up_that_the_run_does_not_outlast_is_doubtful(config_class):
    config = config_class(warmup_steps=100)

    assert list(config.check(101)) == []
    [doubt] = config.check(100)
    assert (doubt.path, doubt.severity) == (("warmup_steps",), "doubtful")
    assert doubt.message == "warm-up takes 100 steps, and the run ends after 100, before the rate is optimizer.lr"
