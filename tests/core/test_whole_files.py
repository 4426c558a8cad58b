"""A file appears whole or not at all."""

import pytest

from detcore.files import whole_file


def test_a_file_replaces_the_one_before_it(tmp_path):
    path = tmp_path / "new" / "a.txt"

    for text in (b"first", b"second"):
        with whole_file(path) as file:
            file.write(text)

    assert path.read_bytes() == b"second"
    assert [*path.parent.iterdir()] == [path]


def test_after_an_error_the_file_before_it_is_all_there_is(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("first")

    with pytest.raises(TypeError, match="bytes-like"), whole_file(path) as file:
        file.write("text")

    assert path.read_text() == "first"
    assert [*tmp_path.iterdir()] == [path]
