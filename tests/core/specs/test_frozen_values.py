import copy
import pickle

import pytest

from detcore.specs import FrozenList, FrozenTable, frozen_value


def test_a_table_is_equal_to_any_mapping_with_its_entries():
    table = FrozenTable({"a": 1, "b": 2})

    assert table == {"b": 2, "a": 1}
    assert table == FrozenTable([("b", 2), ("a", 1)])
    assert table != {"a": 1}
    assert table != [("a", 1), ("b", 2)]


def test_equal_tables_hash_equal_whatever_their_order():
    assert hash(FrozenTable({"a": 1, "b": 2})) == hash(FrozenTable({"b": 2, "a": 1}))


def test_a_table_cannot_be_changed():
    table = FrozenTable({"a": 1})

    with pytest.raises(TypeError, match="does not support item assignment"):
        table["a"] = 2


def test_a_table_does_not_follow_the_mapping_it_was_made_from():
    entries = {"a": 1}
    table = FrozenTable(entries)

    entries["a"] = 2

    assert table["a"] == 1


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda table: pickle.loads(pickle.dumps(table))], ids=["copy", "pickle"]
)
def test_a_table_travels_to_other_processes(copied):
    table = FrozenTable({"a": (1, 2)})

    assert copied(table) == table
    assert repr(copied(table)) == "FrozenTable({'a': (1, 2)})"


def test_a_list_is_equal_to_lists_and_tuples_and_hashes_as_a_tuple():
    frozen = FrozenList([1, 2])

    assert frozen == [1, 2]
    assert frozen == [1, 2]
    assert frozen == (1, 2)
    assert frozen != [1]
    assert hash(frozen) == hash((1, 2))


def test_what_is_inside_is_frozen_too():
    frozen = frozen_value({"a": [{"b": 1}], "c": {1, 2}})

    assert frozen == {"a": [{"b": 1}], "c": {1, 2}}
    assert hash(frozen) == hash(frozen_value({"c": {2, 1}, "a": [{"b": 1}]}))
