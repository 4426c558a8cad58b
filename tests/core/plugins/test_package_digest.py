"""What the record tells of a package's files, whatever lies in its folder."""

import tracemalloc
from pathlib import Path

import pytest

from detcore.plugins.package_digest import package_digests


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path / "site")
    folder = tmp_path / "site" / "spirals"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    return folder


def digest() -> str:
    return package_digests(["spirals.config"])["spirals"]


def test_every_file_counts_with_its_name(package):
    found = {digest()}
    (package / "data").mkdir()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("data/a.bin", "2"), ("b.py", "2")):
        (package / name).write_text(text)
        found.add(digest())

    assert len(found) == 5


def test_compiled_python_does_not(package):
    before = digest()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.txt").write_text("1")
    (package / "a.pyc").write_text("1")

    assert digest() == before


def test_links_back_into_the_package_end(package):
    """Two of them would be followed in ever longer ways."""
    before = digest()
    for name in ("one", "two"):
        (package / name).symlink_to(".", target_is_directory=True)

    assert digest() not in ("", before)


def test_what_a_linked_folder_holds_is_not_read_and_where_it_leads_to_counts(package, tmp_path):
    for name in ("pictures", "others"):
        (tmp_path / name).mkdir()
    link = package / "data"
    link.symlink_to(tmp_path / "pictures")
    before = digest()

    (tmp_path / "pictures" / "1.png").write_text("1")
    assert digest() == before

    link.unlink()
    link.symlink_to(tmp_path / "others")
    assert digest() != before


def test_a_package_whose_folder_is_a_link_counts_with_its_files(package, tmp_path):
    package.rename(tmp_path / "elsewhere")
    package.symlink_to(tmp_path / "elsewhere")
    before = digest()

    (package / "a.py").write_text("1")

    assert digest() != before


def test_large_files_are_read_piece_by_piece(package):
    with (package / "weights.bin").open("wb") as file:
        file.truncate(1 << 26)
    tracemalloc.start()

    digest()

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 22


@pytest.mark.parametrize("name", ["data/secret.bin", "__init__.py"])
def test_what_cannot_be_read_is_said_in_place_of_a_digest(package, monkeypatch, name):
    (package / "data").mkdir()
    (package / "data" / "secret.bin").write_text("")
    opened = Path.open

    def refuse(self, *arguments, **keywords):
        if self == package / name:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **keywords)

    monkeypatch.setattr(Path, "open", refuse)

    assert digest() == f"unreadable: {name}"


def test_what_was_executed_counts_and_not_what_is_there_now(package):
    (package.parent / "mine.py").write_text("edited")

    assert package_digests(["mine", "spirals"], executed={"mine": "as it was", "other": ""}) == {
        "mine": "as it was",
        "spirals": digest(),
    }
