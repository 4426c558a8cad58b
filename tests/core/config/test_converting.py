import json
from datetime import date, datetime, time

import pytest
import tomli
import tomlkit
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from detcore.config import convert
from detcore.config.converting import write_as
from detcore.config.text.comments import Comments, comments_of
from detcore.config.text.nodes import Origin
from detcore.config.text.reading import from_plain, parse
from detcore.errors import ConfigError

COMMENTED = """\
# A model, in words.

# It has two parts.
extends = "base.toml"   # what it lies over

# what it learns from
[data.train] # the first split
# all there is
datasets = [ # one after the other
  # the old pictures
  { type = "coco", images = "a" }, # few
  { type = "coco", images = "b # not a comment" },
]
sampler = "it's" # quoted

[[data.test.datasets]] # an item
type = "coco" # what it is
note = '''
# not a comment

# nor this'''
# the end
"""

AS_YAML = """\
# A model, in words.

# It has two parts.
extends: base.toml # what it lies over

# what it learns from
data:
  train: # the first split
    # all there is
    datasets: # one after the other
      # the old pictures
      - type: coco # few
        images: a
      - type: coco
        images: "b # not a comment"
    sampler: "it's" # quoted

  test:
    datasets:
      # an item
      - type: coco # what it is
        note: "# not a comment\\n\\n# nor this"
# the end
"""


@pytest.fixture
def converted(tmp_path):
    """A text of one format in another."""

    def converted(text, start, end):
        path = tmp_path / f"a{start}"
        path.write_text(text)
        return convert(path, end)

    return converted


def test_comments_follow_from_toml_into_yaml(converted):
    assert converted(COMMENTED, ".toml", ".yaml") == (AS_YAML, 0)


def test_comments_survive_the_way_back(converted):
    text, lost = converted(AS_YAML, ".yaml", ".toml")

    assert lost == 0
    assert sorted(comments_in(text)) == sorted(comments_in(COMMENTED))
    assert tomli.loads(text) == tomli.loads(COMMENTED)


def comments_in(text):
    comments = comments_of(text, ".toml", parse(text, ".toml", "a.toml"))
    above = [line for lines in comments.above.values() for line in lines]
    return [line for line in [*comments.head, *above, *comments.beside.values(), *comments.below] if line]


def test_json_loses_comments_and_counts_them(converted):
    text, lost = converted(COMMENTED, ".toml", ".json")

    assert (json.loads(text), lost) == (tomli.loads(COMMENTED), 13)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        pytest.param('a = "no"', 'a: "no"\n', id="no"),
        pytest.param('a = "y"', 'a: "y"\n', id="y"),
        pytest.param('a = "1e-3"', 'a: "1e-3"\n', id="a text like a number"),
        pytest.param('a = "010"', 'a: "010"\n', id="a text like an octal"),
        pytest.param('a = "null"', 'a: "null"\n', id="null"),
        pytest.param('a = ""', 'a: ""\n', id="empty"),
        pytest.param('a = "12:30"', 'a: "12:30"\n', id="a text like a sexagesimal"),
        pytest.param('a = "2020-01-01"', 'a: "2020-01-01"\n', id="a text like a date"),
        pytest.param('a = "${b.c}/d"', 'a: "${b.c}/d"\n', id="a reference"),
        pytest.param('a = "../base.toml"', "a: ../base.toml\n", id="a path"),
        pytest.param("a = 1e-7", "a: 1.0e-07\n", id="a small float"),
        pytest.param("a = 1e22", "a: 1.0e+22\n", id="a large float"),
        pytest.param("a = inf", "a: .inf\n", id="inf"),
        pytest.param("a = 1.0", "a: 1.0\n", id="a whole float"),
        pytest.param("yes = 1", '"yes": 1\n', id="a key like a truth"),
        pytest.param("a = {}\nb = []", "a: {}\nb: []\n", id="empty table and list"),
        pytest.param("a = [[1, 2], [3]]", "a: [[1, 2], [3]]\n", id="lists in a list"),
        pytest.param("", "{}\n", id="nothing"),
    ],
)
def test_yaml_reads_what_was_meant(converted, toml, expected):
    text = converted(toml, ".toml", ".yaml").text

    assert text == expected
    assert yaml.safe_load(text) == YAML(typ="safe").load(text) == tomli.loads(toml)


@pytest.mark.parametrize(
    ("yaml_text", "expected"),
    [
        pytest.param("a:\n  b: {type: x, c: 1}", '[a]\nb = { type = "x", c = 1 }\n', id="a component on one line"),
        pytest.param("a:\n  b: {c: 1}", "[a.b]\nc = 1\n", id="any other table under its header"),
        pytest.param("# s\na:\n  # t\n  b: {c: 1}", "# s\n\n# t\n[a.b]\nc = 1\n", id="comments of a bare table"),
        pytest.param("a: [{b: 1}, {b: 2}]", "a = [{ b = 1 }, { b = 2 }]\n", id="tables in a list on one line"),
        pytest.param(
            "a:\n- b: 1 # one\n  # c\n  c: 2\n",
            "[[a]] # one\nb = 1\n# c\nc = 2\n",
            id="tables in a list of which something is said",
        ),
        pytest.param(
            "a:\n- [1, {b: 2}] # x\n- - c\n  - {c: 3} # y\n",
            'a = [\n  [1, { b = 2 }], # x\n  [\n    "c",\n    { c = 3 }, # y\n  ],\n]\n',
            id="comments in nested lists",
        ),
        pytest.param(
            "a:\n- 1\n- b: 2\n  # c\n  c: 3 # d\n",
            "a = [\n  1,\n  {\n    b = 2,\n    # c\n    c = 3, # d\n  },\n]\n",
            id="a comment in a table among others",
        ),
        pytest.param("a: 1\nb:\n  c: 2\nd: 3", "a = 1\nd = 3\n\n[b]\nc = 2\n", id="settings before tables"),
        pytest.param("a: | # c\n  # text\nb: 1", 'a = "# text\\n" # c\nb = 1\n', id="a comment beside a block of text"),
        pytest.param("x: &x {a: 1}\ny: {<<: *x, b: 2}", "[x]\na = 1\n\n[y]\na = 1\nb = 2\n", id="an anchor"),
        pytest.param("# only words\n", "# only words\n", id="only a comment"),
    ],
)
def test_toml_is_written_as_by_hand(converted, yaml_text, expected):
    text = converted(yaml_text, ".yaml", ".toml").text

    assert text == expected
    assert tomli.loads(text) == (yaml.safe_load(yaml_text) or {})


def test_long_lists_take_several_lines(converted):
    names = [f"class {number}" for number in range(40)]

    text = converted(json.dumps({"a": names}), ".json", ".toml").text

    assert max(map(len, text.splitlines())) <= 120
    assert (text.count("\n"), tomli.loads(text)) == (7, {"a": names})


def test_tables_over_several_lines_are_read(converted):
    """TOML 1.1 lets them; what is written from it, 1.0 reads too."""
    text = "a = {\n  b = 1,\n  c = [2],\n}\n"

    assert converted(text, ".toml", ".toml").text == "[a]\nb = 1\nc = [2]\n"


def test_the_line_that_names_the_schema_is_that_of_the_format(converted):
    toml = "#:schema ./s.json\na = 1\n"
    text = "# yaml-language-server: $schema=./s.json\na: 1\n"

    assert converted(toml, ".toml", ".yaml").text == text
    assert converted(text, ".yaml", ".toml").text == toml


@pytest.mark.parametrize(
    ("text", "start", "end", "message"),
    [
        pytest.param("a:\n  b: null", ".yaml", ".toml", ":2: a.b: null cannot be written as .toml", id="null"),
        pytest.param("a = [07:30:00]", ".toml", ".yaml", ":1: a.0: 07:30:00 cannot be written as .yaml", id="time"),
        pytest.param("a = 2020-01-01", ".toml", ".json", ":1: a: 2020-01-01 cannot be written as .json", id="date"),
        pytest.param("a = nan", ".toml", ".json", ":1: a: nan cannot be written as .json", id="nan"),
        pytest.param(
            '{"a": "\\ud800"}',
            ".json",
            ".toml",
            r":1: '\ud800' holds half a character (a lone surrogate)",
            id="half a character",
        ),
    ],
)
def test_what_a_format_has_no_word_for_is_refused(converted, tmp_path, text, start, end, message):
    with pytest.raises(ConfigError) as refused:
        converted(text, start, end)

    assert str(refused.value) == f"{tmp_path / 'a'}{start}{message}"


def test_an_unknown_format_is_refused(converted):
    with pytest.raises(ConfigError, match=r"^a config file ends in \.toml, \.yaml, \.yml, \.json, not '\.ini'$"):
        converted("a = 1", ".toml", ".ini")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["no", "1e-3", "010", "0x1F", ".5", "~", "<<", "=", "12:30:00", "2020-01-01", "a: b", "a #b", "- a", "'", '"', "\n"]
)
WHOLE = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12
)
TABLES = st.dictionaries(TEXTS, VALUES, max_size=4)


def node(table):
    return from_plain(table, lambda _: Origin("a"))


@given(TABLES)
@settings(deadline=None, max_examples=150)
def test_tables_survive_every_format(table):
    toml = write_as(node(table), ".toml", Comments()).text
    in_yaml = write_as(parse(toml, ".toml", "a"), ".yaml", Comments()).text
    in_json = write_as(parse(in_yaml, ".yaml", "a"), ".json", Comments()).text
    again = write_as(parse(in_json, ".json", "a"), ".toml", Comments()).text

    assert json.loads(in_json) == table
    assert tomlkit.parse(again).unwrap() == table


@st.composite
def commented_tables(draw):
    """A table, and something said about some of its keys and items."""
    table = draw(TABLES.filter(bool))
    places = st.sampled_from(list(all_places(table, ())))
    word = st.sampled_from(["# one", "# two: it's", '# "three', "#"])
    above = draw(st.dictionaries(places, st.lists(word, min_size=1, max_size=2), max_size=3))
    beside = draw(st.dictionaries(places, word, max_size=3))
    return table, Comments(head=draw(st.lists(word, max_size=1)), above=above, beside=beside)


def all_places(value, path):
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in steps:
        yield (*path, step)
        yield from all_places(entry, (*path, step))


@given(commented_tables())
@settings(deadline=None, max_examples=150)
def test_no_comment_is_lost_on_the_way_from_toml_to_yaml_and_back(commented):
    table, comments = commented
    first = write_as(node(table), ".toml", comments)
    root = parse(first.text, ".toml", "a")
    second = write_as(root, ".yaml", comments_of(first.text, ".toml", root))
    root = parse(second.text, ".yaml", "a")

    third = write_as(root, ".toml", comments_of(second.text, ".yaml", root))

    assert (first.lost_comments, second.lost_comments, third.lost_comments) == (0, 0, 0)
    assert sorted(comments_in(third.text)) == sorted(comments_in(first.text))


@pytest.mark.parametrize("value", [date(2020, 1, 2), datetime(2020, 1, 2, 3, 4, 5)], ids=["date", "datetime"])  # noqa: DTZ001  (a file's has none)
def test_a_date_stays_in_toml(value):
    assert tomli.loads(write_as(node({"a": value}), ".toml", Comments()).text) == {"a": value}


def test_a_time_stays_in_toml():
    assert tomli.loads(write_as(node({"a": time(7, 30)}), ".toml", Comments()).text) == {"a": time(7, 30)}
