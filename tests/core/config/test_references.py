import pytest
from hypothesis import given
from hypothesis import strategies as st

from detcore.config.layering.references import resolve_references
from detcore.config.text.nodes import Node, Origin, Unresolved, at, plain
from detcore.config.text.reading import from_plain


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
    pytest.param({"a": {"c": 1}, "d": "${a}", "b": "${d.c}"}, 1, id="through another reference"),
    pytest.param({"a": [1, 2], "b": "${a.-1}"}, 2, id="from the end"),
    pytest.param({"a": {"c.d": 1}, "b": '${a."c.d"}'}, 1, id="a quoted key"),
    pytest.param({"a": {"type": "x", "c": "${d}"}, "d": 2, "b": "${a.c}"}, 2, id="within a component"),
    pytest.param({"a": {"c": "${d}"}, "d": 2, "b": "${a}"}, {"c": 2}, id="a table with references"),
    pytest.param({"a": 1, "b": "$${a} is ${a}"}, "${a} is 1", id="escaped beside a reference"),
    pytest.param({"a": 1, "b": {"$${a}": 2}}, {"${a}": 2}, id="escaped in a key"),
    pytest.param({"a": 1, "b": "$a {a} $"}, "$a {a} $", id="no reference"),
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
    pytest.param({"a": None, "b": "x${a}"}, "a.toml:1: b: ${a} is null, which cannot stand inside a text", id="null"),
    pytest.param(
        {"abc": {"dog": 1}, "b": "${abc.dgo}"},
        "a.toml:1: b: ${abc.dgo}: the config does not set abc.dgo; did you mean 'abc.dog'?",
        id="misspelt",
    ),
    pytest.param(
        {"a": [1], "b": "${a.3}"},
        "a.toml:1: b: ${a.3}: the config does not set a.3; a has only 1, counted from 0",
        id="too far",
    ),
    pytest.param({"a": 1, "b": "${a.c}"}, "a.toml:1: b: ${a.c}: the config does not set a.c", id="inside a number"),
    pytest.param({"a": "x", "d": "${a}", "b": "${d.c}"}, "a.toml:1: b: ${d.c}: the config does not set d.c", id="via"),
    pytest.param(
        {"b": "${a"},
        "a.toml:1: b: a reference is ${PATH}; write $${ where the text is to hold '${' itself",
        id="no end",
    ),
    pytest.param(
        {"b": "${a.${c}}"},
        "a.toml:1: b: a reference is ${PATH}; write $${ where the text is to hold '${' itself",
        id="one in another",
    ),
    pytest.param({"b": "${}"}, "a.toml:1: b: ${}: '' is not a path such as 'training.epochs'", id="empty"),
    pytest.param({"b": "${a.+}"}, "a.toml:1: b: ${a.+}: there is no value behind the end of a list", id="behind"),
    pytest.param({"b": {"c": "${b}"}}, "a.toml:1: b.c: refers to itself: b.c -> b -> b.c", id="the table around it"),
]


@pytest.mark.parametrize(("values", "message"), BROKEN)
def test_broken_references_are_reported_and_left_out(values, message):
    node, findings = resolved(values)

    assert message in [str(finding) for finding in findings]
    assert isinstance(at(node, tuple(message.split(": ")[1].split("."))).value, Unresolved)


def test_a_derived_value_stands_where_nothing_is_written():
    node, _ = resolved({"b": "${data.num_classes}"}, lambda path: Node(len(path), Origin()))

    assert plain(node)["b"] == 2


def test_a_written_value_comes_before_a_derived_one():
    node, _ = resolved({"a": 1, "b": "${a}"}, lambda _: pytest.fail("not asked"))

    assert plain(node)["b"] == 1


def test_a_circle_of_any_length_is_told_at_its_first_members():
    size = 5000
    _, findings = resolved({"x": [f"${{x.{(index + 1) % size}}}" for index in range(size)]})

    assert len(findings) == 6
    assert str(findings[0]).startswith("a.toml:1: x.")
    assert str(findings[0]).endswith(f" -> {size - 4} more -> {findings[0].path[0]}.{findings[0].path[1]}")


def test_a_chain_of_any_length_is_followed():
    node, findings = resolved({"x": ["end", *(f"${{x.{index}}}" for index in range(5000))]})

    assert (plain(node)["x"][-1], findings) == ("end", [])


def test_what_needs_a_broken_reference_is_not_reported_again():
    node, findings = resolved({"a": "${b}", "b": "${c}", "d": "x${a}", "e": 1})

    assert [str(finding) for finding in findings] == ["a.toml:1: b: ${c}: the config does not set c"]
    assert plain(node)["e"] == 1


def test_a_reference_in_a_key_is_refused():
    node, findings = resolved({"a": 1, "b": {"${a}": 2}})

    assert [str(finding) for finding in findings] == [
        "a.toml:1: b.${a}: a key cannot hold a reference; write '$${a}' for this very key"
    ]
    assert plain(node)["b"] == {}


def test_a_derived_value_is_asked_for_once():
    asked = []

    def derive(path):
        asked.append(path)
        return Node(2, Origin())

    node, _ = resolved({"data": {"a": 1}, "b": ["${data.n}", "${data.n}", "x${data.n}"]}, derive)

    assert (plain(node)["b"], asked) == ([2, 2, "x2"], [("data", "n")])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["x", "$", "{", "}", "$$", "a.b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_what_refers_to_nothing_stays_as_it_is(value):
    node, findings = resolved({"v": value})

    assert (plain(node), findings) == ({"v": value}, [])


@given(PLAIN, st.lists(st.sampled_from(["v", "w"]), max_size=3))
def test_a_reference_is_worth_what_it_names_and_resolving_twice_is_resolving_once(value, names):
    once, findings = resolved({"v": value, "w": "${v}", "refs": [f"${{{name}}}" for name in names]})
    twice, _ = resolve_references(once, lambda _: None)

    assert (plain(once), findings) == ({"v": value, "w": value, "refs": [value] * len(names)}, [])
    assert plain(twice) == plain(once)


@given(st.text(st.sampled_from("${}ab."), max_size=12))
def test_an_escaped_text_is_read_as_it_was(text):
    node, findings = resolved({"a": 1, "v": text.replace("${", "$${")})

    assert (plain(node)["v"], findings) == (text, [])
