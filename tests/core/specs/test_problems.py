import pytest

from detcore.errors import ConfigError
from detcore.specs import Problem, refuse, under


def test_a_problem_is_seen_from_the_config_that_holds_the_checked_one():
    inside = [Problem("there is no 'p7'", ("in_features", 2)), Problem("not known", (), "unchecked")]

    assert under(inside, "heads", 0) == [
        Problem("there is no 'p7'", ("heads", 0, "in_features", 2)),
        Problem("not known", ("heads", 0), "unchecked"),
    ]


def test_building_is_refused_with_every_error_and_its_path():
    problems = [
        Problem("there is no 'p7'", ("heads", "in_features", 2)),
        Problem("not known before it is built", ("trunk",), "unchecked"),
        Problem("has entries for 3 levels, but there are 2", ("anchors", "sizes")),
    ]

    with pytest.raises(
        ConfigError,
        match=r"^heads.in_features.2: there is no 'p7'\nanchors.sizes: has entries for 3 levels, but there are 2$",
    ):
        refuse(problems)


def test_what_is_not_known_does_not_stop_building():
    refuse([Problem("not known before it is built", ("trunk",), "unchecked")])
