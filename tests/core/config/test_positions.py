"""Scanners against parsers: every key and element the parser yields has a line, and it is the right one."""

import json
import math

import pytest
import tomli
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detcore.config.text.json_positions import json_positions
from detcore.config.text.nodes import Node, plain
from detcore.config.text.toml_positions import toml_positions
from detcore.config.text.toml_text import inline, key_text
from detcore.config.text.yaml_nodes import parse_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), TEXTS)
SCALARS = st.one_of(
    st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


def paths(value, path=()):
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for step, child in children:
        yield (*path, step)
        yield from paths(child, (*path, step))


class QuotingDumper(yaml.SafeDumper):
    """Writes every text in quotes, so that no version of YAML takes one for something else."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def toml_text(draw, table, path=()):
    """The table written in one of the many ways TOML offers, a key on a line of its own where possible."""
    lines = []
    headers = []
    for key, value in table.items():
        style = draw(st.sampled_from(["inline", "header", "dotted", "spread"]))
        if style == "header" and isinstance(value, dict):
            headers.append((f"[{'.'.join(map(key_text, (*path, key)))}]", [value]))
        elif style == "header" and isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            headers.append((f"[[{'.'.join(map(key_text, (*path, key)))}]]", value))
        elif style == "dotted" and isinstance(value, dict) and value:
            lines += [f"{key_text(key)} . {key_text(inner)} = {inline(entry)}" for inner, entry in value.items()]
        elif style == "spread" and isinstance(value, list):
            lines += [f"{key_text(key)} = [ # [{{", *(f"  {inline(item)} , # ]" for item in value), "]"]
        elif style == "spread" and isinstance(value, str):
            # The same text as three quotes spell it, with what looks like keys, quotes and brackets inside.
            body = inline(value)[1:-1].replace("#", "\\u0023")
            lines += [f'{key_text(key)} = """', "z = \"'[ # {\\", f'  {body}\\"""""']
        else:
            lines.append(f"{key_text(key)}={inline(value)} # 'x")
    for header, tables in headers:
        for inner in tables:
            lines += ["", f"  {header} # = ", *toml_text(draw, inner, (*path, header_key(header)))]
    return lines


def header_key(header):
    parsed = tomli.loads(header)
    while isinstance(parsed, dict) and parsed:
        ((key, parsed),) = parsed.items()
        parsed = parsed[0] if isinstance(parsed, list) else parsed
    return key


@settings(max_examples=60, deadline=None)
@given(st.data(), TABLES)
def test_toml_positions_are_those_of_the_parsed_document(data, table):
    text = "\n".join(toml_text(data.draw, table)) + "\n"
    parsed = tomli.loads(text)

    lines = toml_positions(text)

    assert set(lines) == set(paths(parsed))
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert any(spelling in text.split("\n")[line - 1] for spelling in (key_text(path[-1]), path[-1]))


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from([None, 0, 2]), st.booleans())
def test_json_positions_are_those_of_the_parsed_document(table, indent, is_ascii):
    text = json.dumps(table, indent=indent, ensure_ascii=is_ascii)

    lines = json_positions(text)

    assert set(lines) == set(paths(json.loads(text)))
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert json.dumps(path[-1], ensure_ascii=is_ascii) in text.split("\n")[line - 1]


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from([True, False]))
def test_yaml_nodes_are_the_parsed_document(table, flow):
    text = yaml.dump(table, Dumper=QuotingDumper, default_flow_style=flow)

    node = parse_yaml(text, "a.yaml")

    assert plain(node) == yaml.safe_load(text)


def test_toml_keys_of_one_name_in_different_tables_have_their_own_lines():
    text = '''\
depth = 1
[a]
depth = 2 # depth = 9
text = """
depth = 3
"""
"b.c" = { depth = 4, d.depth = [
  5,
  { depth = 6 } ] }
[[list]]
depth = 7
[list.inner]
depth = 8
[[list]]
depth = 9
'''

    lines = toml_positions(text)

    assert {path: line for path, line in lines.items() if path[-1] == "depth"} == {
        ("depth",): 1,
        ("a", "depth"): 3,
        ("a", "b.c", "depth"): 7,
        ("a", "b.c", "d", "depth"): 7,
        ("a", "b.c", "d", "depth", 1, "depth"): 9,
        ("list", 0, "depth"): 11,
        ("list", 0, "inner", "depth"): 13,
        ("list", 1, "depth"): 15,
    }


@pytest.mark.parametrize(
    "text", ['a = """x"""""', "a = '''''x'''", 'a = "\\\\" # "', "a = 1979-05-27 07:32:00 # ]", "a=[[],[[]]]"]
)
def test_toml_values_that_look_like_something_else(text):
    text += "\nb = 1\n"
    tomli.loads(text)

    assert toml_positions(text)["b",] == 2


def test_yaml_lines_are_those_of_the_keys():
    node = parse_yaml("a:\n  b: 1\n  c:\n  - 2\n  - d: {e: 3}\n", "a.yaml")

    assert {path: line_of(node, path) for path in paths(plain(node))} == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 5,
        ("a", "c", 1, "d"): 5,
        ("a", "c", 1, "d", "e"): 5,
    }


def line_of(node: Node, path):
    for step in path:
        node = node.value[step]
    return node.origin.line


@settings(max_examples=60, deadline=None)
@given(st.floats())
def test_floats_are_written_as_toml_reads_them(value):
    read = tomli.loads(f"a = {inline(value)}")["a"]

    assert read == value or (math.isnan(read) and math.isnan(value))
    assert type(read) is float
