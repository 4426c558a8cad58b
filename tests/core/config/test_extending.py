import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detcore.config.layering import merging
from detcore.config.layering.merging import merged, read_chain
from detcore.config.text.nodes import Origin, plain
from detcore.config.text.reading import from_plain, read_file
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
        {"a": {"type": "d/x", "b": 1}},
        {"a": {"type": "x"}},
        {"a": {"type": "x", "b": 1}},
        id="the short name is the same",
    ),
    pytest.param(
        {"a": {"type": "d/x", "b": 1}}, {"a": {"type": "e/x"}}, {"a": {"type": "e/x"}}, id="another distribution's"
    ),
    pytest.param({"a": {"type": "x"}}, {"a": {"type": 1}}, {"a": {"type": 1}}, id="a type that is no text"),
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


MISTAKES = [
    pytest.param("extends = [1]", "extends: must be the path of a file or a list of them", id="a number"),
    pytest.param('extends = ""', "extends: must be the path of a file or a list of them", id="nothing"),
    pytest.param('extends = "\\u0000.toml"', "extends: must be the path of a file or a list of them", id="NUL"),
    pytest.param("extends = {}", "extends: must be the path of a file or a list of them", id="a table"),
    pytest.param('extends = ["b.toml", "b.toml"]', "extends: b.toml is listed twice", id="one twice"),
    pytest.param('extends = "."', "extends: .: is a folder, not a config file", id="a folder"),
    pytest.param('extends = "a.toml"', "extends itself: a.toml -> a.toml", id="itself"),
    pytest.param('extends = "sub/../a.toml"', "extends itself: a.toml -> a.toml", id="itself by another name"),
    pytest.param(
        'extends = "b.ini"', "extends: b.ini: a config file ends in .toml, .yaml, .yml, .json, not '.ini'", id="ending"
    ),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_stand_at_the_line_that_extends(write, text, message):
    write("sub/b.toml", "")
    write("b.toml", "")
    write("b.ini", "")

    with pytest.raises(ConfigError) as caught:
        read_chain(write("a.toml", f"{text}\n"))

    assert str(caught.value) == f"a.toml:1: {message}"


def test_a_mistake_in_a_base_stands_in_the_base(write):
    write("base/b.toml", "\nb = \n")

    with pytest.raises(ConfigError, match=r"^base/b\.toml:2: Invalid value \(column 5\)$"):
        read_chain(write("a.toml", 'extends = "base/b.toml"\n'))


def test_a_base_of_two_bases_is_read_once(write, monkeypatch):
    write("root.toml", "a = 1\nb = 1\n")
    write("left.toml", 'extends = "root.toml"\na = 2\n')
    write("right.toml", 'extends = "./root.toml"\nb = 2\n')
    read = []
    monkeypatch.setattr(merging, "read_file", lambda path: read.append(str(path)) or read_file(path))

    result = read_chain(write("top.toml", 'extends = ["left.toml", "right.toml"]\n'))

    assert plain(result) == {"a": 1, "b": 2}  # right's own fold says a = 1, and right comes last
    assert sorted(read) == ["left.toml", "right.toml", "root.toml", "top.toml"]


def test_a_base_may_be_named_absolutely(write, tmp_path):
    write("b.toml", "a = 1\n")

    assert plain(read_chain(write("c/a.toml", f"extends = '{tmp_path / 'b.toml'}'\n"))) == {"a": 1}


def test_a_type_that_changes_between_bases_takes_nothing_over(write):
    write("one.toml", '[m]\ntype = "x"\nsize = 1\n')
    write("two.toml", '[m]\ntype = "y"\n')

    result = read_chain(write("a.toml", 'extends = ["one.toml", "two.toml"]\n[m]\ndepth = 3\n'))

    assert plain(result) == {"m": {"type": "y", "depth": 3}}


# A key is always a table or always none, as in every schema, and no table has a type.
LEAVES = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
TABLES = st.fixed_dictionaries({}, optional={"a": LEAVES, "b": LEAVES})
for _ in range(2):
    TABLES = st.fixed_dictionaries({}, optional={"a": LEAVES, "b": LEAVES, "t": TABLES, "u": TABLES})

VALUES = st.recursive(
    st.integers(0, 3) | st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "type"]), inner, max_size=3),
    max_leaves=8,
)
ANY_TABLES = st.dictionaries(st.sampled_from(["a", "b", "type"]), VALUES, max_size=3)


def fold(*tables):
    result = node(tables[0])
    for table in tables[1:]:
        result = merged(result, node(table))
    return plain(result)


@given(ANY_TABLES)
def test_nothing_under_or_over_a_table_changes_nothing(table):
    assert fold({}, table) == fold(table, {}) == table


@given(ANY_TABLES, ANY_TABLES)
def test_laying_a_table_on_twice_is_laying_it_on_once(base, over):
    assert fold(base, over, over) == fold(base, over)
    assert fold(base, base) == base


@given(TABLES, TABLES, TABLES)
def test_bases_may_be_folded_in_any_groups(one, two, three):
    assert fold(fold(one, two), three) == fold(one, fold(two, three))


@given(ANY_TABLES, ANY_TABLES)
def test_the_later_table_is_always_heard(base, over):
    assert heard(over, fold(base, over))


def heard(over, result):
    """Whether everything that ``over`` says stands in the result."""
    if not isinstance(over, dict):
        return over == result
    return isinstance(result, dict) and all(key in result and heard(value, result[key]) for key, value in over.items())


@given(TABLES, TABLES)
def test_keys_come_in_the_order_in_which_they_are_first_written(base, over):
    assert list(fold(base, over)) == list(dict.fromkeys([*base, *over]))
