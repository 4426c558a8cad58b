import pytest

from det_plugin_debug.profiled_steps import Steps, profiled_steps, wanted_steps


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), (" ", None), ("10-12", Steps(10, 12)), (" 3 - 3 ", Steps(3, 3))]
)
def test_a_range_is_read(text, expected):
    assert wanted_steps(text) == expected


@pytest.mark.parametrize("text", ["12-10", "0-3", "7", "a-b", "1-2-3", "-3", "1.5-2", "1" * 30 + "-2"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(
        ValueError, match=r"^DETCORE_PROFILE_STEPS is .*, which is no range of steps: write the first and"
    ):
        wanted_steps(text)


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (1, 1000, Steps(6, 8)),
        (1, 8, Steps(6, 8)),
        (1, 7, Steps(5, 7)),
        (1, 4, Steps(2, 4)),
        (1, 3, Steps(2, 3)),
        (1, 2, Steps(2, 2)),
        (1, 1, Steps(1, 1)),
        (51, 100, Steps(56, 58)),  # continued
        (99, 100, Steps(100, 100)),
    ],
)
def test_by_default_some_follow_a_warm_up_where_the_run_is_long_enough(begin, end, expected):
    assert profiled_steps(None, begin=begin, end=end) == expected


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (1, 100, Steps(10, 12)),
        (1, 11, Steps(10, 11)),
        (11, 100, Steps(11, 12)),
        (1, 9, None),
        (13, 100, None),
    ],
)
def test_of_those_that_are_wanted_the_run_makes_some(begin, end, expected):
    assert profiled_steps(Steps(10, 12), begin=begin, end=end) == expected
