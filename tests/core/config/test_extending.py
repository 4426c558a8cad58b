import re

import pytest

from detcore.config.merging import merged, read_chain
from detcore.config.nodes import Origin, plain
from detcore.config.reading import from_plain
from detcore.errors import ConfigError


def node(value, line=1):
    return from_plain(value, lambda _: Origin("a.toml", line))


MERGES = [
    pytest.param({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}, id="tables merge deeply"),
    pytest.param({"a": [1, 2]}, {"a": [3]}, {"a": [3]}, id="lists replace"),
    pytest.param({"a": {"b": 1}}, {"a": 2}, {"a": 2}, id="a scalar replaces a table"),
    pytest.param(
        {"a": {"type": "x", "b": 1}}, {"a": {"type": "y"}}, {"a": {"type": "y"}}, id="another type replaces all"
    ),
    pytest.param(
        {"a": {"type": "x", "b": 1}}, {"a": {"type": "x"}}, {"a": {"type": "x", "b": 1}}, id="the same type merges"
    ),
    pytest.param(
        {"a": {"type": "x", "b": 1}}, {"a": {"c": 2}}, {"a": {"type": "x", "b": 1, "c": 2}}, id="no type keeps it"
    ),
]


@pytest.mark.parametrize(("base", "over", "expected"), MERGES)
def test_merging(base, over, expected):
    assert plain(merged(node(base), node(over))) == expected


def test_merged_values_keep_their_places():
    result = merged(node({"a": {"b": 1, "c": 1}}, line=5), node({"a": {"c": 2}}, line=9))

    assert {key: entry.origin.line for key, entry in result.value["a"].value.items()} == {"b": 5, "c": 9}


def test_a_chain_is_folded_from_the_left(write):
    write("base/one.toml", "a = 1\nb = 1\nc = 1\n")
    write("base/two.toml", 'extends = "../root.json"\nb = 2\n')
    write("root.json", '{"d": 0, "a": 0}')

    result = read_chain(write("top.toml", 'extends = ["base/one.toml", "base/two.toml"]\nc = 3\n'))

    assert plain(result) == {"a": 0, "b": 2, "c": 3, "d": 0}
    assert str(result.value["d"].origin) == "root.json:1"
    assert str(result.value["b"].origin) == "base/two.toml:2"


def test_a_cycle_is_refused(write):
    write("one.toml", 'extends = "two.toml"\n')
    write("two.toml", 'extends = "one.toml"\n')

    with pytest.raises(ConfigError, match=re.escape("two.toml:1: extends itself: one.toml -> two.toml -> one.toml")):
        read_chain(write("one.toml", 'extends = "two.toml"\n'))


def test_a_missing_base_is_named_with_the_line_that_wants_it(write):
    with pytest.raises(ConfigError, match=re.escape("a.toml:2: extends: none.toml: there is no such file")):
        read_chain(write("a.toml", '\nextends = "none.toml"\n'))


def test_extends_is_text(write):
    with pytest.raises(ConfigError, match=re.escape("a.toml:1: extends: must be the path of a file or a list of them")):
        read_chain(write("a.toml", "extends = [1]\n"))
