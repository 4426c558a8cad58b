"""Words that YAML 1.1 and YAML 1.2 read differently are refused with a way out; all others read as both say."""

import pytest

from detcore.config.text.comments import Comments
from detcore.config.text.nodes import plain
from detcore.config.text.reading import parse
from detcore.config.text.yaml_writing import write_yaml
from detcore.errors import ConfigError

TRAPS = [
    pytest.param("no", 'no is false in YAML 1.1 and text in YAML 1.2; write false or "no"', id="no"),
    pytest.param("On", 'On is true in YAML 1.1 and text in YAML 1.2; write true or "On"', id="On"),
    pytest.param("010", '010 is 8 in YAML 1.1 and 10 in YAML 1.2; write 8 or 10 or "010"', id="octal"),
    pytest.param("0o10", '0o10 is text in YAML 1.1 and 8 in YAML 1.2; write 8 or "0o10"', id="new octal"),
    pytest.param("0b11", '0b11 is 3 in YAML 1.1 and text in YAML 1.2; write 3 or "0b11"', id="binary"),
    pytest.param("09", '09 is text in YAML 1.1 and 9 in YAML 1.2; write 9 or "09"', id="leading zero"),
    pytest.param("1_000", '1_000 is 1000 in YAML 1.1 and text in YAML 1.2; write 1000 or "1_000"', id="underscore"),
    pytest.param("1:30", '1:30 is 90 in YAML 1.1 and text in YAML 1.2; write 90 or "1:30"', id="sexagesimal"),
    pytest.param("1e-3", '1e-3 is text in YAML 1.1 and 0.001 in YAML 1.2; write 0.001 or "1e-3"', id="no dot"),
    pytest.param("1e-7", '1e-7 is text in YAML 1.1 and 1.0e-07 in YAML 1.2; write 1.0e-07 or "1e-7"', id="small"),
    pytest.param("1.5e3", '1.5e3 is text in YAML 1.1 and 1500.0 in YAML 1.2; write 1500.0 or "1.5e3"', id="no sign"),
    pytest.param("-.5", '-.5 is text in YAML 1.1 and -0.5 in YAML 1.2; write -0.5 or "-.5"', id="no digit before"),
    pytest.param("2026-01-02", '2026-01-02 is a date in YAML 1.1 and text in YAML 1.2; write "2026-01-02"', id="date"),
    pytest.param(
        "2026-99-99", '2026-99-99 is a date in YAML 1.1 and text in YAML 1.2; write "2026-99-99"', id="no date"
    ),
    pytest.param("=", '= is a sign of its own in YAML 1.1 and text in YAML 1.2; write "="', id="equals sign"),
    pytest.param("<<", '<< is a sign of its own in YAML 1.1 and text in YAML 1.2; write "<<"', id="merge sign"),
]


@pytest.mark.parametrize(("word", "message"), TRAPS)
def test_a_word_with_two_readings_is_refused(word, message):
    with pytest.raises(ConfigError) as caught:
        parse(f"a:\n- b: {word}\n", ".yaml", "a.yaml")

    assert str(caught.value) == f"a.yaml:2: a.0.b: {message}"


def test_a_key_with_two_readings_is_refused():
    with pytest.raises(ConfigError) as caught:
        parse("a:\n  on: 1\n", ".yaml", "a.yaml")

    assert str(caught.value) == 'a.yaml:2: a: on is true in YAML 1.1 and text in YAML 1.2; write true or "on"'


def test_all_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        parse("a: no\nb: 010\n", ".yaml", "a.yaml")

    assert [line.split(" is ")[0] for line in str(caught.value).splitlines()] == ["a.yaml:1: a: no", "a.yaml:2: b: 010"]


def test_of_very_many_the_first_are_told():
    with pytest.raises(ConfigError) as caught:
        parse("a:\n" + "- no\n" * 30_000, ".yaml", "a.yaml")

    assert len(str(caught.value).splitlines()) == 20


@pytest.mark.parametrize("word", [param.values[0] for param in TRAPS])
def test_in_quotes_each_is_text(word):
    node = parse(f'a: "{word}"\n', ".yaml", "a.yaml")

    assert plain(node) == {"a": word}


@pytest.mark.parametrize("word", [param.values[0] for param in TRAPS])
def test_what_is_written_reads_back_as_text(word):
    text = write_yaml({"a": word, word: ["b"]}, Comments())

    assert plain(parse(text, ".yaml", "a.yaml")) == {"a": word, word: ["b"]}


PLAIN = [
    pytest.param("3", 3, id="int"),
    pytest.param("0x1F", 31, id="hexadecimal"),
    pytest.param("-1.5", -1.5, id="float"),
    pytest.param("1.0e-3", 0.001, id="exponent"),
    pytest.param(".inf", float("inf"), id="infinite"),
    pytest.param("True", True, id="truth"),
    pytest.param("~", None, id="null"),
    pytest.param("", None, id="nothing"),
    pytest.param("runs/pets", "runs/pets", id="text"),
    pytest.param("1.2.3", "1.2.3", id="version"),
    pytest.param("!!str 010", "010", id="tagged text"),
    pytest.param("!!float 1", 1.0, id="tagged number"),
    pytest.param("! word", "word", id="tag without a name"),
]


@pytest.mark.parametrize(("word", "value"), PLAIN)
def test_other_words_are_what_both_say(word, value):
    node = parse(f"a: {word}\n", ".yaml", "a.yaml")

    assert plain(node) == {"a": value}
    assert type(plain(node)["a"]) is type(value)


REFUSED = [
    pytest.param("a: !!int x", "a.yaml:1: 'x' cannot be read as int", id="no int"),
    pytest.param("a: !!bool x", "a.yaml:1: 'x' cannot be read as bool", id="no truth"),
    pytest.param("a: !mine 1", "a.yaml:1: the tag !mine means nothing here; a config holds plain values", id="own tag"),
    pytest.param("a: !!set {}", "a.yaml:1: the tag !!set means nothing here; a config holds plain values", id="set"),
    pytest.param("a: *x", "a.yaml:1: *x repeats something that no &x names", id="unknown alias"),
    pytest.param("? [a]\n: 1", "a.yaml:1: a key must be text, not a list, a table or an alias", id="list as a key"),
    pytest.param("<<: 1", "a.yaml:1: << takes a table or a list of tables", id="merging a number"),
    pytest.param("a: \x01", "a.yaml:1: holds the character U+0001, which YAML forbids", id="control character"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_a_config_may_not_hold_is_named(text, message):
    with pytest.raises(ConfigError) as caught:
        parse(text, ".yaml", "a.yaml")

    assert str(caught.value) == message


def test_an_alias_repeats_a_value_on_its_own_line():
    node = parse("a: &x {b: 1}\nc: *x\n&k d: *k\n", ".yaml", "a.yaml")

    assert plain(node) == {"a": {"b": 1}, "c": {"b": 1}, "d": "d"}
    assert node.value["c"].origin.line == 2


def test_of_several_merged_tables_the_first_counts_most_and_own_keys_more():
    node = parse("a: &a {x: 1, y: 1, z: 1}\nb: &b {x: 2, y: 2, w: 2}\nc: {x: 3, <<: [*a, *b]}\n", ".yaml", "a.yaml")

    assert plain(node)["c"] == {"w": 2, "x": 3, "y": 1, "z": 1}
