import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detcore.config.layering.overrides import apply_changes, apply_override, apply_unset
from detcore.config.text.nodes import Origin, plain
from detcore.config.text.reading import from_plain

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


ADDITIONS = [
    pytest.param("a.b+={c=3}", [{"c": 1}, {"c": 2}, {"c": 3}], id="a table"),
    pytest.param("a.b+=3,4", [{"c": 1}, {"c": 2}, 3, 4], id="several"),
    pytest.param("a.b.+=3", [{"c": 1}, {"c": 2}, 3], id="one more entry"),
    pytest.param("a.b.+=3,4", [{"c": 1}, {"c": 2}, [3, 4]], id="a list as one more entry"),
    pytest.param("a.b.+.c=3", [{"c": 1}, {"c": 2}, {"c": 3}], id="a new table by one of its keys"),
    pytest.param("a.b.-1.c=7", [{"c": 1}, {"c": 7}], id="the last entry"),
    pytest.param("a.b.-2.c=7", [{"c": 7}, {"c": 2}], id="the last but one"),
]


@pytest.mark.parametrize(("override", "expected"), ADDITIONS)
def test_lists_are_reached_from_their_end(override, expected):
    changed, findings = apply_override(config(), override)

    assert (plain(changed)["a"]["b"], findings) == (expected, [])


def test_a_new_component_is_begun_and_then_gone_on_with():
    changed, findings = apply_changes(config(), overrides=["a.b.+.type=flip", "a.b.-1.probability=0.3"])

    assert (plain(changed)["a"]["b"][2], findings) == ({"type": "flip", "probability": 0.3}, [])
    assert str(changed.value["a"].value["b"].value[2].value["type"].origin) == "override 'a.b.+.type=flip'"


NO_LISTS = [
    pytest.param("e+=1", "e: is not a list, so nothing can be added to it", id="to a number"),
    pytest.param("a.+=1", "a: is a table, and only a list has an end to add to", id="to a table"),
    pytest.param(
        "f.0.c=1", "f: is not written in the config, so it has no entry 0; give it whole", id="entry of nothing"
    ),
    pytest.param(
        "a.b.-3=1", "a.b.-3: there is no such entry; the list has 2 entries, counted from 0", id="too far back"
    ),
    pytest.param(
        "f+=1",
        "f: is not written in the config, so nothing can be added to it; give the list whole",
        id="to what has no known default",
    ),
    pytest.param('a".b=1', "'a\".b' is not a path such as 'training.epochs'", id="quote in a name"),
]


@pytest.mark.parametrize(("override", "message"), NO_LISTS)
def test_what_nothing_can_be_added_to(override, message):
    changed, findings = apply_override(config(), override)

    assert plain(changed) == CONFIG
    assert [str(finding) for finding in findings] == [f"override {override!r}: {message}"]


def test_unset_counts_from_the_end_too():
    changed, _ = apply_unset(config(), "a.b.-1")

    assert plain(changed)["a"]["b"] == [{"c": 1}]


def test_unset_of_the_place_behind_a_list():
    _, findings = apply_unset(config(), "a.b.+")

    assert [str(finding) for finding in findings] == [
        "override '--unset a.b.+': a.b.+: a.b is a list; give a position such as a.b.0"
    ]


def test_adding_to_what_is_left_out_means_adding_to_an_empty_default():
    changed, _ = apply_override(config(), "f.g+=1,2", lambda _, path: () if path == ("f", "g") else ...)

    assert plain(changed)["f"] == {"g": [1, 2]}


def test_adding_does_not_replace_a_default_that_is_not_empty():
    changed, findings = apply_override(config(), "f.+.type=x", lambda *_: ("a", "b"))

    assert plain(changed) == CONFIG
    assert str(findings[0]) == (
        "override 'f.+.type=x': f: is not written in the config, and its default has 2 entries; give the list whole"
    )


def test_keys_of_the_former_type_are_gone_and_later_overrides_belong_to_the_new_one():
    changed, findings = apply_changes(config(), overrides=["a.type=y", "a.size=3"])

    assert (plain(changed)["a"], findings) == ({"type": "y", "size": 3}, [])


def test_an_override_that_a_later_type_throws_away_is_told():
    _, findings = apply_changes(config(), overrides=["a.d=5", "a.type=y"])

    assert [str(finding) for finding in findings] == [
        "override 'a.d=5': a.d: is lost, because a.type is set after it; put it after that"
    ]


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param(["e=1", "e=2"], id="the same place again"),
        pytest.param(["a.d=1", "a.type=y", "a.d=2"], id="the same place after the type"),
        pytest.param(["a.type=y", "a.type=z"], id="the type again"),
        pytest.param(["a.d=1", "a=2"], id="all around it"),
    ],
)
def test_a_later_override_may_correct_an_earlier_one(overrides):
    _, findings = apply_changes(config(), overrides=overrides)

    assert findings == []


PATHS = st.lists(st.sampled_from(["a", "b", "c", "x-y", "q.r"]), min_size=1, max_size=4)
WORDS = st.integers(-(2**63), 2**63) | st.booleans() | st.sampled_from(["cat", "runs/pets", "a b"])


def spelt(path):
    return ".".join(f'"{step}"' if "." in step else step for step in path)


def inside(value, path):
    for step in path:
        value = value[step]
    return value


@given(PATHS, WORDS)
def test_an_override_sets_its_place_and_twice_is_once(path, value):
    text = f"{spelt(path)}={str(value).lower() if isinstance(value, bool) else value}"

    once, findings = apply_override(from_plain({}, lambda _: Origin()), text)
    twice, _ = apply_override(once, text)

    assert (inside(plain(once), path), findings) == (value, [])
    assert plain(twice) == plain(once)


@given(PATHS, PATHS, WORDS, WORDS)
def test_overrides_of_different_places_come_in_any_order(one, other, first, second):
    assume(one[: len(other)] != other and other[: len(one)] != one)
    texts = [f'{spelt(one)}="{first}"', f'{spelt(other)}="{second}"']
    empty = from_plain({}, lambda _: Origin())

    forth, _ = apply_changes(empty, overrides=texts)
    back, _ = apply_changes(empty, overrides=texts[::-1])

    assert plain(forth) == plain(back)


@given(PATHS, WORDS)
def test_unset_undoes_an_override(path, value):
    root = from_plain({"z": 1}, lambda _: Origin())

    changed, _ = apply_override(root, f'{spelt(path)}="{value}"')
    undone, findings = apply_unset(changed, spelt(path[:1]))

    assert (plain(undone), findings) == ({"z": 1}, [])
