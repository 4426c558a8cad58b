import pytest

from detcore.config.nodes import Origin, plain
from detcore.config.overrides import apply_override, apply_unset
from detcore.config.reading import from_plain

CONFIG = {"a": {"b": [{"c": 1}, {"c": 2}], "type": "x", "d": 3}, "e": 4}


def config():
    return from_plain(CONFIG, lambda _: Origin("a.toml", 1))


VALUES = [
    pytest.param("e=5", 5, id="number"),
    pytest.param("e=5.5", 5.5, id="float"),
    pytest.param("e=true", True, id="truth"),
    pytest.param("e=[1, 2]", [1, 2], id="list"),
    pytest.param("e={x=1}", {"x": 1}, id="table"),
    pytest.param('e="5"', "5", id="quoted"),
    pytest.param("e=runs/pets", "runs/pets", id="bare word"),
    pytest.param("e=a=b", "a=b", id="equals sign in the value"),
    pytest.param("e=${a.d}", "${a.d}", id="reference"),
    pytest.param("e=1\nf=2", "1\nf=2", id="one value only"),
    pytest.param("e=", "", id="nothing"),
]


@pytest.mark.parametrize(("override", "value"), VALUES)
def test_values_read_as_toml_and_bare_words_as_text(override, value):
    changed, findings = apply_override(config(), override)

    assert (plain(changed)["e"], findings) == (value, [])


def test_a_path_leads_through_lists():
    changed, _ = apply_override(config(), "a.b.1.c=7")

    assert plain(changed)["a"]["b"] == [{"c": 1}, {"c": 7}]
    assert str(changed.value["a"].value["b"].value[1].value["c"].origin) == "override 'a.b.1.c=7'"
    assert str(changed.value["a"].value["b"].value[0].value["c"].origin) == "a.toml:1"


def test_a_path_may_begin_where_nothing_is_written():
    changed, _ = apply_override(config(), "f.g.h=1")

    assert plain(changed)["f"] == {"g": {"h": 1}}


def test_quoted_parts_may_hold_dots():
    changed, _ = apply_override(config(), 'p."q.r"=s')

    assert plain(changed)["p"] == {"q.r": "s"}


def test_another_type_replaces_the_table():
    changed, _ = apply_override(config(), "a.type=y")

    assert plain(changed)["a"] == {"type": "y"}


def test_the_same_type_keeps_the_table():
    changed, _ = apply_override(config(), "a.type=x")

    assert plain(changed) == CONFIG


def test_unset_leaves_a_value_out():
    changed, findings = apply_unset(config(), "a.b.0.c")

    assert (plain(changed)["a"]["b"], findings) == ([{}, {"c": 2}], [])


def test_unset_leaves_an_entry_of_a_list_out():
    changed, _ = apply_unset(config(), "a.b.0")

    assert plain(changed)["a"]["b"] == [{"c": 2}]


REFUSED = [
    pytest.param("e", "override 'e': an override is PATH=VALUE", id="no value"),
    pytest.param("a b=1", "override 'a b=1': 'a b' is not a path such as 'training.epochs'", id="no path"),
    pytest.param(
        "a.b.2.c=1",
        "override 'a.b.2.c=1': a.b.2: there is no such entry; the list has 2 entries, counted from 0",
        id="too far",
    ),
    pytest.param(
        "a.b.c=1", "override 'a.b.c=1': a.b.c: a.b is a list; give a position such as a.b.0", id="no position"
    ),
    pytest.param("e.f=1", "override 'e.f=1': e: is not a table, so it has no 'f'", id="through a number"),
    pytest.param("e=[1", "override 'e=[1': the value [1 cannot be read: Unclosed array", id="broken list"),
]


@pytest.mark.parametrize(("override", "message"), REFUSED)
def test_an_override_that_leads_nowhere_changes_nothing(override, message):
    changed, findings = apply_override(config(), override)

    assert plain(changed) == CONFIG
    assert [str(finding) for finding in findings] == [message]


def test_unset_of_what_is_not_set():
    _, findings = apply_unset(config(), "a.typ")

    assert [str(finding) for finding in findings] == [
        "override '--unset a.typ': a.typ: is not set; did you mean 'type'?"
    ]
