import pytest

from detcore.config.nodes import Node, Origin, Unresolved, plain
from detcore.config.reading import from_plain
from detcore.config.references import resolve_references


def resolved(values, derive=lambda _: None):
    return resolve_references(from_plain(values, lambda _: Origin("a.toml", 1)), derive)


REFERENCES = [
    pytest.param({"a": 1, "b": "${a}"}, 1, id="a whole value keeps its type"),
    pytest.param({"a": {"c": [1, {"d": 2}]}, "b": "${a.c.1.d}"}, 2, id="through tables and lists"),
    pytest.param({"a": {"c": 1}, "b": "${a}"}, {"c": 1}, id="a whole table"),
    pytest.param({"a": "x", "b": "${a}/y-${a}"}, "x/y-x", id="inside a text"),
    pytest.param({"a": True, "b": "is ${a}"}, "is true", id="truth inside a text"),
    pytest.param({"a": "${c}", "c": "${d}", "d": 3, "b": "${a}"}, 3, id="a chain"),
    pytest.param({"a": 1, "b": "$${a}"}, "${a}", id="escaped"),
    pytest.param({"a": 1, "b": ["${a}", {"c": "${a}"}]}, [1, {"c": 1}], id="within a list"),
]


@pytest.mark.parametrize(("values", "expected"), REFERENCES)
def test_references_are_replaced(values, expected):
    node, findings = resolved(values)

    assert (plain(node)["b"], findings) == (expected, [])


BROKEN = [
    pytest.param({"b": "${a}"}, "a.toml:1: b: ${a}: the config does not set a", id="nothing there"),
    pytest.param({"b": "${c}", "c": "${b}"}, "a.toml:1: b: refers to itself: b -> c -> b", id="cycle"),
    pytest.param({"b": "${b}"}, "a.toml:1: b: refers to itself: b -> b", id="itself"),
    pytest.param(
        {"a": [1], "b": "x${a}"},
        "a.toml:1: b: ${a} is a table or a list, which cannot stand inside a text",
        id="a list in a text",
    ),
]


@pytest.mark.parametrize(("values", "message"), BROKEN)
def test_broken_references_are_reported_and_left_out(values, message):
    node, findings = resolved(values)

    assert message in [str(finding) for finding in findings]
    assert isinstance(node.value["b"].value, Unresolved)


def test_a_derived_value_stands_where_nothing_is_written():
    node, _ = resolved({"b": "${data.num_classes}"}, lambda path: Node(len(path), Origin()))

    assert plain(node)["b"] == 2


def test_a_written_value_comes_before_a_derived_one():
    node, _ = resolved({"a": 1, "b": "${a}"}, lambda _: pytest.fail("not asked"))

    assert plain(node)["b"] == 1
