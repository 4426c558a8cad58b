import re

import pytest

from detcore.config.text.nodes import plain
from detcore.config.text.reading import parse, read_file
from detcore.errors import ConfigError


def refusal(text, suffix):
    with pytest.raises(ConfigError) as caught:
        parse(text, suffix, f"a{suffix}")
    return str(caught.value)


def test_missing_file(write, tmp_path):
    path = write("a.toml", "").with_name("b.toml")

    with pytest.raises(ConfigError, match=re.escape("b.toml: there is no such file")):
        read_file(path)


def test_unknown_ending(write):
    with pytest.raises(
        ConfigError, match=re.escape("a.ini: a config file ends in .toml, .yaml, .yml, .json, not '.ini'")
    ):
        read_file(write("a.ini", ""))


def test_file_that_is_no_text(write):
    path = write("a.toml", "")
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"^a.toml:1: is UTF-16 text; a config file is UTF-8, so save it as that$"):
        read_file(path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(write):
    path = write("a.toml", "")
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 2\r\n")

    node = read_file(path)

    assert plain(node) == {"a": 1, "b": {"c": 2}}
    assert node.value["b"].value["c"].origin.line == 3


def test_a_line_names_what_cannot_be_parsed():
    assert refusal("a = 1\nb = \n", ".toml") == "a.toml:2: Invalid value (column 5)"
    assert refusal('{"a": 1,\n "b" 2}', ".json") == ("a.json:2: Expecting ':' delimiter (column 6)")
    assert refusal("a: 1\nb: [1\n", ".yaml") == "a.yaml:3: expected ',' or ']', but got '<stream end>'"


def test_repeated_keys_are_refused_in_every_format():
    assert refusal("a = 1\na = 2\n", ".toml") == "a.toml:2: Cannot overwrite a value (column 6)"
    assert refusal('{"a": 1, "a": 2}', ".json") == "a.json:1: the key 'a' stands already on line 1"
    assert refusal("a: 1\nb: {c: 1, c: 2}\n", ".yaml") == ("a.yaml:2: the key 'c' stands already on line 2")


def test_yaml_of_several_documents_is_refused():
    assert refusal("a: 1\n---\nb: 1\n", ".yaml") == ("a.yaml:2: a second document begins; a config is one document")


def test_yaml_that_would_run_code_is_refused():
    assert refusal("a: !!python/object/apply:os.getcwd []\n", ".yaml") == (
        "a.yaml:1: the tag !!python/object/apply:os.getcwd means nothing here; a config holds plain values"
    )


def test_yaml_that_holds_itself_is_refused():
    assert refusal("a: &x\n  b: *x\n", ".yaml") == "a.yaml:2: *x stands inside what it repeats"


def test_yaml_keys_are_strings():
    assert refusal("1: a\n", ".yaml") == "a.yaml:1: the key '1' must be a string; put it in quotes"


def test_yaml_merge_keys_work():
    node = parse("base: &base {a: 1, b: 2}\nover:\n  <<: *base\n  b: 3\n", ".yaml", "a.yaml")

    assert plain(node)["over"] == {"a": 1, "b": 3}


def test_only_a_table_is_a_config():
    assert refusal("[1, 2]", ".json") == "a.json:1: must hold a table of settings, not a list"
    assert refusal('{"a": NaN}', ".json") == "a.json:1: NaN is not JSON"


def test_an_empty_yaml_file_is_an_empty_table():
    assert plain(parse("", ".yaml", "a.yaml")) == {}
