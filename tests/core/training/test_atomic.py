import pytest

from detcore.files import new_folder
from detcore.training import remove_leftovers, replaced_folder, write_json, write_text


def test_a_text_is_replaced_whole(tmp_path):
    path = tmp_path / "a.txt"

    write_text(path, "one")
    write_text(path, "two")

    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_value_that_json_cannot_hold_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"a": 1})

    with pytest.raises(TypeError):
        write_json(path, {"a": object()})

    assert path.read_text() == '{\n  "a": 1\n}\n'


def test_a_new_folder_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "deep" / "folder"

    with new_folder(path) as folder:
        (folder / "file").write_text("content")
        assert not path.exists()

    assert (path / "file").read_text() == "content"


def test_nothing_is_left_of_a_new_folder_that_fails(tmp_path):
    with pytest.raises(RuntimeError), new_folder(tmp_path / "folder"):
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "folder").mkdir()

    with new_folder(tmp_path / "folder") as folder:
        (folder / "file").touch()

    assert (tmp_path / "folder" / "file").exists()


def test_a_replaced_folder_holds_nothing_of_the_old_one(tmp_path):
    path = tmp_path / "folder"
    for name in ("first", "second"):
        with replaced_folder(path) as folder:
            (folder / name).touch()

    assert [file.name for file in path.iterdir()] == ["second"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_replacement_that_fails_leaves_the_old_folder(tmp_path):
    path = tmp_path / "folder"
    with replaced_folder(path) as folder:
        (folder / "first").touch()

    with pytest.raises(RuntimeError), replaced_folder(path):
        raise RuntimeError

    assert [file.name for file in path.iterdir()] == ["first"]


def test_what_a_kill_has_left_is_removed(tmp_path):
    (tmp_path / ".best.json.12.tmp").touch()
    (tmp_path / ".step-000001.old").mkdir()
    (tmp_path / "best.json").touch()

    remove_leftovers(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["best.json"]
