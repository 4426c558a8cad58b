import os
from pathlib import Path

import pytest

from detcore.config.text import opening
from detcore.config.text.limits import MAX_BYTES
from detcore.config.text.opening import text_of
from detcore.errors import ConfigError


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refusal(name):
    with pytest.raises(ConfigError) as caught:
        text_of(Path(name))
    return str(caught.value)


CONTENTS = [
    pytest.param(b"a = 1\nb = '\0'", "a.toml:2: holds a NUL character, so it is not a text file", id="NUL"),
    pytest.param(b"a\nb\n \xe9", "a.toml:3: is not UTF-8 text: byte 5 of the file is 0xe9", id="Latin-1"),
    pytest.param("a".encode("utf-16-le"), "a.toml:1: holds a NUL character, so it is not a text file", id="UTF-16"),
    pytest.param(
        "a".encode("utf-16"),
        "a.toml:1: is UTF-16 text; a config file is UTF-8, so save it as that",
        id="UTF-16, marked",
    ),
    pytest.param(
        b"#" * (MAX_BYTES + 1), "a.toml: has 1,048,577 bytes, but a config file may have at most 1,048,576", id="size"
    ),
]


@pytest.mark.parametrize(("content", "message"), CONTENTS)
def test_a_file_that_is_no_text_of_a_sane_size_is_refused(content, message):
    Path("a.toml").write_bytes(content)

    assert refusal("a.toml") == message


def test_a_large_file_is_not_read(monkeypatch):
    with Path("a.toml").open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the size is known before"))

    assert refusal("a.toml") == "a.toml: has 52,428,800 bytes, but a config file may have at most 1,048,576"


def test_a_file_that_hides_its_size_is_read_no_further_than_it_may(monkeypatch):
    Path("a.toml").write_bytes(b"#" * 20)
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    monkeypatch.setattr(opening, "_refuse_size", lambda _, size: sizes.append(size))
    sizes = []

    text_of(Path("a.toml"))

    assert sizes == [20, 11]


def test_the_largest_file_is_read():
    Path("a.toml").write_bytes(b"#" * MAX_BYTES)

    assert len(text_of(Path("a.toml"))) == MAX_BYTES


def folder():
    Path("a.toml").mkdir()


def pipe():
    os.mkfifo("a.toml")


def loop():
    Path("a.toml").symlink_to("a.toml")


def dangling():
    Path("a.toml").symlink_to("nowhere")


def nothing():
    pass


KINDS = [
    pytest.param(nothing, "a.toml: there is no such file", id="missing"),
    pytest.param(folder, "a.toml: is a folder, not a config file", id="folder"),
    pytest.param(pipe, "a.toml: is a pipe, socket or device, not a config file", id="pipe"),
    pytest.param(loop, "a.toml: is a symbolic link that leads round in a circle", id="link to itself"),
    pytest.param(dangling, "a.toml: there is no such file", id="link to nothing"),
]


@pytest.mark.parametrize(("make", "message"), KINDS)
def test_only_a_regular_file_is_opened(make, message):
    make()

    assert refusal("a.toml") == message


def test_a_file_below_a_file_is_missing():
    Path("a.toml").write_text("")

    assert refusal("a.toml/b.toml") == "a.toml/b.toml: there is no such file"


def test_a_device_is_not_read():
    assert refusal(os.devnull) == f"{os.devnull}: is a pipe, socket or device, not a config file"


def test_a_name_too_long_for_a_file():
    name = "x" * 300

    assert refusal(name) == f"{name}: is too long for the name of a file"


def test_a_file_without_permission(monkeypatch):
    Path("a.toml").write_text("")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    assert refusal("a.toml") == "a.toml: may not be read: permission denied"


def test_any_other_failure_is_told_in_the_systems_words(monkeypatch):
    Path("a.toml").write_text("")

    def refuse(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", refuse)

    assert refusal("a.toml") == "a.toml: cannot be read: Input/output error"
