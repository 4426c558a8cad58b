import pytest
from installed_distributions import Site

from detcore.plugins import scan, survey
from detcore.plugins.probing.installed_files import distribution_reports
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


def test_a_place_on_windows_begins_with_its_drive(install, monkeypatch):
    monkeypatch.setattr("urllib.request.url2pathname", pytest.importorskip("nturl2path").url2pathname)
    origin = {"url": "file:///C:/my%20one", "dir_info": {"editable": True}}
    folder = install("one", "[detcore.backbones]\nswin = none_1:S\n", origin=origin)
    (row,) = survey(scan([str(folder)]))

    assert requirement_for(row.component, provenance_of(row.component)) == r"-e C:\my one"


def test_two_distributions_in_one_place_are_both_told(install):
    for name in ("one", "two"):
        folder = install(name, f"[detcore.backbones]\n{name} = none_{name}:S\n", modules={f"none_{name}.py": ""})
    (folder / "RECORD").write_text("none_one.py,sha256=AAAA,\n")
    rows = survey(scan([str(folder)]))
    rows = [row._replace(component=row.component._replace(location=str(folder))) for row in rows]

    assert [report.component.id for report in distribution_reports(rows)] == ["one", "two"]


def test_files_are_compared_with_what_was_installed(tmp_path):
    modules = {"pkg/__init__.py": "", "pkg/a.py": "x = 1\n", "pkg/b.py": ""}
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules=modules)
    assert altered_files(str(information)) == []

    (tmp_path / "pkg/a.py").write_text("x = 2\n")
    (tmp_path / "pkg/b.py").unlink()

    assert altered_files(str(information)) == ["pkg/a.py", "pkg/b.py"]


@pytest.mark.parametrize("package", ["_acme", "__acme", "_editable/acme"])
def test_a_name_that_begins_with_an_underscore_is_a_file_like_others(tmp_path, package):
    information = Site(tmp_path).install("one", "[a]\nx = _acme:X\n", modules={f"{package}/__init__.py": ""})
    assert altered_files(str(information)) == []

    (tmp_path / package / "__init__.py").write_text("x = 2\n")

    assert altered_files(str(information)) == [f"{package}/__init__.py"]


def test_a_record_that_is_no_utf_8_names_its_files_all_the_same(tmp_path):
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules={"pkg.py": ""})
    (information / "RECORD").write_bytes(b"gr\xfcn.txt,sha256=AAAA,\n" + (information / "RECORD").read_bytes())

    assert altered_files(str(information)) == ["gr\udcfcn.txt"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{'x' * 200_000},sha256=AAAA,", "one-1.0.dist-info/RECORD"),
        ("pkg.py,shake_128=AAAA,", "pkg.py"),
        ("pkg.py,none=AAAA,", "pkg.py"),
        ("pkg\0.py,sha256=AAAA,", "pkg\0.py"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_as_an_edited_file(tmp_path, row, told):
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules={"pkg.py": ""})
    (information / "RECORD").write_text(f"{row}\n")

    assert altered_files(str(information)) == [told]


LEADING_ELSEWHERE = ("_one.pth", "__editable___one_1_0_finder.py", "_editable_impl_one.py", "_one_editable_loader.py")
"""As setuptools, hatchling, meson-python and scikit-build-core leave it."""


def test_what_is_developed_in_place_has_no_record(tmp_path):
    information = Site(tmp_path).install("one", "[a]\nx = pkg:X\n", modules=dict.fromkeys(LEADING_ELSEWHERE, ""))
    assert altered_files(str(information)) is None

    (information / "RECORD").unlink()

    assert altered_files(str(information)) is None
