import re

import pytest

from detcore.config.layering.paths import Append, concrete, leading_path, parsed_path

PATHS = [
    pytest.param("a.b_c.d-e", ("a", "b_c", "d-e"), id="names"),
    pytest.param("a.0.-1", ("a", 0, -1), id="positions"),
    pytest.param("a.+.b", ("a", Append.END, "b"), id="behind the end"),
    pytest.param("a.\"b.c\".'0'", ("a", "b.c", "0"), id="quoted"),
    pytest.param('"\\u0041"', ("A",), id="escaped"),
    pytest.param(" a . b ", ("a", "b"), id="blanks"),
    pytest.param("a.007.1x.99999999999", ("a", "007", "1x", "99999999999"), id="keys of digits"),
]


@pytest.mark.parametrize(("text", "steps"), PATHS)
def test_steps_of_a_path(text, steps):
    assert parsed_path(text) == steps


NO_PATHS = [
    pytest.param("", "'' is not a path such as 'training.epochs'", id="nothing"),
    pytest.param("a..b", "'a..b' is not a path such as 'training.epochs'", id="no step between"),
    pytest.param("a.b.", "'a.b.' is not a path such as 'training.epochs'", id="no step after"),
    pytest.param("a[0]", "'a[0]' is not a path such as 'training.epochs'", id="brackets"),
    pytest.param('"a', "'\"a' is not a path such as 'training.epochs'", id="quote left open"),
    pytest.param('"\\q"', "'\"\\\\q\"' is not a path such as 'training.epochs'", id="unknown escape"),
    pytest.param(".".join("a" * 60), f"'{'a.' * 28}a...' has more than 50 steps", id="too long"),
]


@pytest.mark.parametrize(("text", "message"), NO_PATHS)
def test_what_is_no_path(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parsed_path(text)


@pytest.mark.parametrize(("text", "rest"), [("a.b=1", "=1"), ("a+=1", "+=1"), ("a.+=1", "=1"), ('"a=b"=1', "=1")])
def test_a_path_ends_where_an_override_goes_on(text, rest):
    assert leading_path(text)[1] == rest


def test_steps_in_a_message():
    assert concrete(("a", 0, Append.END)) == ("a", 0, "+")
