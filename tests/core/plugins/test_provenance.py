import pytest
from installed_distributions import Site

from detcore.plugins import scan, survey
from detcore.plugins.provenance import provenance_of, requirement_for
from detcore.plugins.record import altered_files

ORIGINS = [
    pytest.param(None, "index", "one==1.0", id="from an index"),
    pytest.param(
        {"url": "file:///somewhere/my%20one", "dir_info": {"editable": True}},
        "editable",
        "-e /somewhere/my one",
        id="developed in place",
    ),
    pytest.param({"url": "file:///srv/one", "dir_info": {}}, "folder", "one @ file:///srv/one", id="from a folder"),
    pytest.param(
        {"url": "https://a.org/one.git", "vcs_info": {"vcs": "git", "commit_id": "1a2b3c4d5e6f"}},
        "git@1a2b3c4",
        "one @ git+https://a.org/one.git@1a2b3c4d5e6f",
        id="from a repository",
    ),
    pytest.param(
        {"url": "https://a.org/one-1.0-py3-none-any.whl", "archive_info": {}},
        "wheel",
        "one @ https://a.org/one-1.0-py3-none-any.whl",
        id="a wheel",
    ),
    pytest.param(
        {"url": "https://a.org/one.zip", "archive_info": {}}, "archive", "one @ https://a.org/one.zip", id="an archive"
    ),
    pytest.param({"nothing": "of the sort"}, "index", "one==1.0", id="a file that says nothing"),
]


@pytest.mark.parametrize(("origin", "word", "requirement"), ORIGINS)
def test_where_a_distribution_comes_from(install, origin, word, requirement):
    folder = install("one", "[detcore.backbones]\nswin = none_1:S\n", origin=origin)
    (row,) = survey(scan([str(folder)]))

    found = provenance_of(row.component)

    assert str(found) == word
    assert requirement_for(row.component, found) == requirement


def test_files_are_compared_with_what_was_installed(tmp_path):
    modules = {"pkg/__init__.py": "", "pkg/a.py": "x = 1\n", "pkg/b.py": ""}
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules=modules)
    assert altered_files(str(information)) == []

    (tmp_path / "pkg/a.py").write_text("x = 2\n")
    (tmp_path / "pkg/b.py").unlink()

    assert altered_files(str(information)) == ["pkg/a.py", "pkg/b.py"]


def test_what_is_developed_in_place_has_no_record(tmp_path):
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules={"_one.pth": "/somewhere\n"})
    assert altered_files(str(information)) is None

    (information / "RECORD").unlink()

    assert altered_files(str(information)) is None
