import sys
import tempfile
import zipfile
from importlib.metadata import Distribution as StandardDistribution
from importlib.metadata import distributions
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from installed_distributions import Site, entry_points

from detcore.errors import DetcoreWarning
from detcore.plugins import EntryPoint, scan
from detcore.plugins.entry_points import parse_entry_points
from detcore.plugins.metadata import distribution_at


def test_metadata_is_read_from_its_files(install):
    folder = install(
        "Some_Plugin", "# comment\n[a.b]\nx-y = pkg.mod:Thing\nz=pkg : Other [extra]\n\n[c]\nw = pkg\n", version="2.1"
    )

    (found,) = scan([str(folder)])

    assert (found.name, found.version, found.summary, found.licence) == (
        "some-plugin",
        "2.1",
        "About Some_Plugin",
        "MIT",
    )
    assert found.requirements == ("det-core",)
    assert found.entry_points == (
        EntryPoint("a.b", "x-y", "pkg.mod:Thing"),
        EntryPoint("a.b", "z", "pkg:Other", ("extra",)),
        EntryPoint("c", "w", "pkg"),
    )


def counting(*folders):
    return [(found.name, found.version) for found in scan(map(str, folders)) if found.standing == "ok"]


def said(*folders):
    return [(found.version, found.standing, found.reason) for found in scan(map(str, folders)) if found.reason]


@pytest.fixture
def two_sites(tmp_path):
    return Site(tmp_path / "first"), Site(tmp_path / "second")


def test_the_first_of_a_name_on_the_path_counts(two_sites):
    first, second = two_sites
    first.install("one", "[a]\nx = p:X\n", version="1.0")
    second.install("One", "[a]\nx = p:X\n", version="2.0")

    assert counting(first.folder, second.folder) == [("one", "1.0")]
    assert counting(second.folder, first.folder) == [("one", "2.0")]
    assert said(first.folder, second.folder) == [
        (
            "2.0",
            "duplicate",
            f"one 1.0 in {first.folder}/one-1.0.dist-info counts instead; remove {second.folder}/One-2.0.dist-info",
        )
    ]


def test_one_distribution_found_twice_is_no_news(two_sites):
    first, second = two_sites
    first.install("one", "[a]\nx = p:X\n", suffix="egg-info")
    second.install("one", "[a]\nx = p:X\n")

    assert counting(first.folder, second.folder) == [("one", "1.0")]
    assert said(first.folder, second.folder) == []


@pytest.mark.parametrize("versions", [("1.9", "1.10"), ("1.10", "1.9")])
def test_of_two_in_one_folder_the_newer_counts_whatever_the_file_system_says(tmp_path, monkeypatch, versions):
    site = Site(tmp_path)
    for version in versions:
        site.install("one", "[a]\nx = p:X\n", version=version)
    listed = [f"one-{version}.dist-info" for version in versions]
    monkeypatch.setattr("detcore.plugins.metadata.os.listdir", lambda _: listed)

    assert counting(tmp_path) == [("one", "1.10")]
    assert [standing for _, standing, _ in said(tmp_path)] == ["duplicate"]


def test_an_empty_folder_hides_no_whole_one(two_sites):
    first, second = two_sites
    (first.folder / "one-0.9.dist-info").mkdir()
    second.install("one", "[a]\nx = p:X\n", version="1.0")

    assert counting(first.folder, second.folder) == [("one", "1.0")]
    assert said(first.folder, second.folder) == [
        ("0.9", "stale", f"its folder holds no metadata; remove {first.folder}/one-0.9.dist-info")
    ]


@pytest.mark.parametrize("name", ["~ne-1.0.dist-info", "~ne-two-1.0.dist-info"])
def test_what_an_interrupted_installation_leaves_does_not_count(tmp_path, name):
    folder = Site(tmp_path).install("one", "[a]\nx = p:X\n", version="1.0")
    left = folder.rename(tmp_path / name)

    assert counting(tmp_path) == []
    assert said(tmp_path) == [("1.0", "stale", f"left behind when an installation was interrupted; remove {left}")]


def test_distributions_without_entry_points_are_left_out(install):
    assert scan([str(install("one", ""))]) == []


def zipped(folder, archive):
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder))
    return archive


def test_zip_files_and_missing_folders(two_sites, tmp_path):
    site = two_sites[0]
    site.install("one", "[a]\nx = p:X\n", requires="det-core<0.0.1")
    site.install("two", "[a]\ny = p:Y\n", requires="")
    archive = zipped(site.folder, tmp_path / "all.zip")

    one, two = scan([str(archive), str(tmp_path / "missing")])

    assert (one.name, one.entry_points) == ("one", (EntryPoint("a", "x", "p:X"),))
    assert (two.version, two.summary, two.location) == ("1.0", "About two", f"{archive}/two-1.0.dist-info")
    assert distribution_at(one.location).requirements == ("det-core<0.0.1",)


def test_files_of_the_path_that_are_no_zip_files(tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "module.py").touch()

    assert scan([str(tmp_path / "broken.zip"), str(tmp_path / "module.py")]) == []


@pytest.mark.parametrize("is_zipped", [False, True])
def test_bytes_that_are_no_utf_8_end_no_list(two_sites, tmp_path, is_zipped):
    site = two_sites[0]
    information = site.install("one", "[a]\nx = p:X\n")
    (information / "METADATA").write_bytes("Name: one\nVersion: 1.0\nSummary: Große\n\n".encode("latin-1"))
    (information / "entry_points.txt").write_bytes("# für\n[a]\nx = p:X\n".encode("latin-1"))

    (found,) = scan([str(zipped(site.folder, tmp_path / "all.zip") if is_zipped else site.folder)])

    assert (found.entry_points, found.summary) == ((EntryPoint("a", "x", "p:X"),), "Gro\ufffde")


@pytest.mark.parametrize("is_zipped", [False, True])
def test_metadata_without_a_header_have_the_name_of_their_folder(two_sites, tmp_path, is_zipped):
    site = two_sites[0]
    (site.install("one", "[a]\nx = p:X\n") / "METADATA").unlink()

    assert counting(zipped(site.folder, tmp_path / "all.zip") if is_zipped else site.folder) == [("one", "1.0")]


def test_a_byte_order_mark_hides_nothing(install):
    folder = install("one", "\ufeff[a]\nx = p:X\n")
    header = folder / "one-1.0.dist-info/METADATA"
    header.write_text("\ufeff" + header.read_text())

    (found,) = scan([str(folder)])

    assert found.entry_points == (EntryPoint("a", "x", "p:X"),)
    assert found.summary == "About one"


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("acme-net-1.0.dist-info", ("acme-net", "1.0")),
        ("acme-net.dist-info", ("acme-net", "1.0")),
        ("acme_net-1.0-py3.11.egg-info", ("acme-net", "1.0")),
        ("acme_net.egg-info", ("acme-net", "1.0")),
    ],
)
def test_a_distribution_is_called_what_its_header_says(tmp_path, folder, expected):
    suffix = folder.rpartition(".")[2]
    Site(tmp_path).install("acme-net", "[a]\nx = p:X\n", suffix=suffix).rename(tmp_path / folder)

    assert counting(tmp_path) == [expected]
    assert [(found.metadata["Name"], found.version) for found in distributions(path=[str(tmp_path)])] == [expected]


def test_a_link_to_nothing_hides_no_whole_one(tmp_path):
    Site(tmp_path).install("acme-net", "[a]\nx = p:X\n")
    link = tmp_path / "acme_net-2.0.dist-info"
    link.symlink_to(tmp_path / "gone")

    assert counting(tmp_path) == [("acme-net", "1.0")]
    assert said(tmp_path) == [("2.0", "stale", f"its folder holds no metadata; remove {link}")]


def distutils_file(folder, text="Name: acme-net\nVersion: 2.0\n"):
    path = folder / "acme_net-2.0.egg-info"
    path.write_text(text)
    return path


def test_a_file_of_distutils_counts_after_the_folders_around_it(tmp_path):
    information = Site(tmp_path).install("acme-net", "[a]\nx = p:X\n")
    file = distutils_file(tmp_path)

    assert counting(tmp_path) == [("acme-net", "1.0")]
    assert said(tmp_path) == [
        ("2.0", "duplicate", f"acme-net 1.0 in {information} counts instead; remove {file}"),
    ]


def test_a_file_of_distutils_is_metadata_where_it_comes_first(two_sites):
    first, second = two_sites
    file = distutils_file(first.folder)
    information = second.install("acme-net", "[a]\nx = p:X\n")
    paths = [str(first.folder), str(second.folder)]

    assert counting(*paths) == []
    assert said(*paths) == [("1.0", "duplicate", f"acme-net 2.0 in {file} counts instead; remove {information}")]
    assert found_by_the_scan(paths) == found_by_the_standard_library(paths)


def test_a_file_that_says_nothing_is_stale(two_sites):
    first, second = two_sites
    file = distutils_file(first.folder, "")
    second.install("acme-net", "[a]\nx = p:X\n")

    assert counting(first.folder, second.folder) == [("acme-net", "1.0")]
    assert said(first.folder, second.folder) == [("2.0", "stale", f"its folder holds no metadata; remove {file}")]


def test_entries_of_the_path_that_are_no_text(install):
    folder = install("one", "[a]\nx = p:X\n")

    assert [found.name for found in scan([None, folder])] == ["one"]
    assert [found.name for found in scan([bytes(folder)])] == ["one"]


class Found(StandardDistribution):
    """What a finder may come up with."""

    def __init__(self, **texts):
        self._texts = texts

    def read_text(self, filename):
        text = self._texts.get(filename.partition(".")[0])
        if isinstance(text, Exception):
            raise text
        return text

    def locate_file(self, path):
        return f"/elsewhere/{path}"


class Finder:
    """One that has what it is given."""

    def __init__(self, *found):
        self._found = found

    def find_spec(self, name, path=None, target=None):
        """It finds metadata alone."""

    def find_distributions(self, context):
        assert context.name is None
        for each in self._found:
            if isinstance(each, Exception):
                raise each
            yield each


@pytest.fixture
def with_finder(monkeypatch):
    def with_finder(*found):
        monkeypatch.setattr("sys.meta_path", [Finder(*found), *sys.meta_path])

    return with_finder


def named(name, **texts):
    return Found(METADATA=f"Name: {name}\nVersion: 3.0\n", entry_points="[a]\nx = p:X\n", **texts)


def test_what_finders_find_counts_too(with_finder):
    with_finder(named("From_Finder"), named("another"))

    found = {each.name: each for each in scan()}

    assert (found["from-finder"].version, found["another"].location) == ("3.0", "/elsewhere/")
    assert found_by_the_scan() == found_by_the_standard_library()


TOLD = f"^the finder {__name__}.Finder on sys.meta_path "


def test_a_finder_that_raises_is_told_and_harms_nobody(with_finder):
    here = found_by_the_scan()
    with_finder(named("one"), RuntimeError("no"))

    with pytest.warns(
        DetcoreWarning, match=TOLD + r"does not say .*, so its plugins are left out: RuntimeError\('no'\)"
    ):
        assert found_by_the_scan() == here


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (Found(METADATA="Name: bad\n", entry_points=OSError("no")), "cannot read 'entry_points.txt' of a distribution"),
        (Found(METADATA="", entry_points="[a]\nx = p:X\n"), "has a distribution that says no name"),
    ],
)
def test_one_of_a_finders_distributions_harms_no_other(with_finder, broken, told):
    with_finder(broken, named("one"))

    with pytest.warns(DetcoreWarning, match=TOLD + told):
        assert "one" in {each.name for each in scan()}


def test_egg_info_is_metadata_too(install):
    folder = install("one", "[a]\nx = p:X\n", suffix="egg-info")

    assert [found.name for found in scan([str(folder)])] == ["one"]


def test_what_an_egg_needs_stands_in_a_file_of_its_own(install):
    folder = install("one", "[a]\nx = p:X\n", requires="", suffix="egg-info")
    text = "det-core>=0.1\nattrs\n\n[:python_version < '3']\nold\n\n[cuda]\nfast\n"
    (folder / "one-1.0.egg-info/requires.txt").write_text(text)

    (found,) = scan([str(folder)])

    assert found.requirements == ("det-core>=0.1", "attrs", "old; python_version < '3'", 'fast; extra == "cuda"')


def test_an_unpacked_egg_is_a_folder_of_the_path(tmp_path):
    egg = tmp_path / "one-1.0-py3.11.egg"
    Site(egg).install("one", "[a]\nx = p:X\n", suffix="egg-info").rename(egg / "EGG-INFO")

    (found,) = scan([str(egg)])

    assert (found.name, found.version, found.entry_points) == ("one", "1.0", (EntryPoint("a", "x", "p:X"),))


def test_a_long_list_of_entry_points_is_read_whole(install):
    lines = [f"entry-{number} = p:X{number}" for number in range(5000)]
    folder = install("one", "[a]\n" + "\n".join(lines), modules={})

    (found,) = scan([str(folder)])

    assert [entry.name for entry in found.entry_points] == [f"entry-{number}" for number in range(5000)]


def test_a_long_description_does_not_matter(install):
    folder = install("one", "[a]\nx = p:X\n")
    with (folder / "one-1.0.dist-info/METADATA").open("a") as file:
        file.write("word " * 20_000)

    (found,) = scan([str(folder)])

    assert (found.version, found.requirements) == ("1.0", ("det-core",))


MIT = "License: MIT\n" + 3 * "        \n        Permission is hereby granted: free of charge\n"

GPL = "License: GPL\n" + 400 * "        \n        \f\n\t\n        Everyone is permitted to copy: verbatim copies\n"
"""As long as it really is, with its form feeds."""


@pytest.mark.parametrize("licence", [MIT, GPL])
def test_a_licence_in_the_header_hides_nothing_behind_it(install, licence):
    folder = install("one", "[a]\nx = p:X\n", licence=licence, requires="det-core<0.0.1")

    (found,) = scan([str(folder)])

    assert (found.licence, found.requirements) == (licence.split()[1], ("det-core<0.0.1",))


def test_lines_that_are_no_entry_points():
    assert parse_entry_points("lost = p:X\n; note\n[[ a.b ]]\nbare\n = p:Y\nx == p:Z\n[c]") == (
        EntryPoint("a.b", "bare", ""),
        EntryPoint("a.b", "", "p:Y"),
        EntryPoint("a.b", "x", "=p:Z"),
    )


def of_the_standard_library(paths=None):
    """The first distribution of each name, as ``importlib.metadata.entry_points`` chooses it."""
    first = {}
    for found in distributions() if paths is None else distributions(path=paths):
        first.setdefault(found._normalized_name.replace("_", "-"), found)
    return first


def found_by_the_standard_library(paths=None):
    first = of_the_standard_library(paths)
    return {
        (name, entry.group, entry.name, entry.value.partition("[")[0].replace(" ", ""))
        for name, found in first.items()
        for entry in found.entry_points
    }


def found_by_the_scan(paths=None):
    return {(found.name, *entry[:3]) for found in scan(paths) if found.standing == "ok" for entry in found.entry_points}


def headers_read_by_the_standard_library(paths=None):
    return {
        name: (found.version, " ".join((found.metadata["Summary"] or "").splitlines()[:1]), tuple(found.requires or ()))
        for name, found in of_the_standard_library(paths).items()
        if found.entry_points
    }


def headers_read_by_the_scan(paths=None):
    return {
        found.name: (found.version, found.summary, found.requirements)
        for found in scan(paths)
        if found.standing == "ok"
    }


def test_the_scan_finds_what_the_standard_library_finds():
    """Here, where distributions are developed in place beside those that were installed."""
    assert found_by_the_scan() == found_by_the_standard_library()
    assert headers_read_by_the_scan() == headers_read_by_the_standard_library()
    assert len(found_by_the_scan()) > 50


NAMES = st.sampled_from(["one", "One", "t_w.o", "T-w-o", "three", "four_x", "Four-X", "five"])
WORDS = st.text(st.sampled_from("abz09_-.é"), min_size=1, max_size=5)
TARGETS = st.sampled_from(["m:C", "p.q:C.d", "m", "m : C", "m:C [extra]", "p.q:C[a, b]"])
GROUPS = st.sampled_from(["detcore.backbones", "console_scripts", "a", "x.y.z"])
INSTALLED = st.fixed_dictionaries(
    {
        "name": NAMES,
        "entries": st.dictionaries(GROUPS, st.dictionaries(WORDS, TARGETS, max_size=3), max_size=3),
        "version": st.sampled_from(["1.0", "2.0.dev1", "1!3"]),
        "suffix": st.sampled_from(["dist-info", "egg-info", "DIST-INFO"]),
        "licence": st.sampled_from(["", MIT, MIT.replace("\n", "\r\n"), GPL]),
    }
)
FOLDERS = st.lists(
    st.lists(INSTALLED, max_size=4, unique_by=lambda each: each["name"].lower().translate(str.maketrans("_.", "--"))),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(FOLDERS, st.randoms(use_true_random=False))
def test_the_scan_finds_what_the_standard_library_finds_anywhere(folders, random):
    with tempfile.TemporaryDirectory() as around:
        paths = [str(Path(around) / str(number)) for number in range(len(folders))]
        for path, installed in zip(paths, folders, strict=True):
            for each in installed:
                Site(Path(path)).install(**each, modules={})
        paths += random.choices(paths, k=1) if paths else []
        random.shuffle(paths)

        assert found_by_the_scan(paths) == found_by_the_standard_library(paths)
        assert headers_read_by_the_scan(paths) == headers_read_by_the_standard_library(paths)


def test_entry_points_are_written_as_they_are_read():
    assert entry_points({"a.b": {"x": "m:C"}, "c": {}}) == "[a.b]\nx = m:C\n\n[c]\n"


def test_a_broken_metadata_folder_harms_nobody(install, tmp_path):
    folder = install("one", "[a]\nx = p:X\n")
    (tmp_path / "two-1.0.dist-info").write_text("not a folder")
    (tmp_path / "three-1.0.dist-info").mkdir()
    (tmp_path / "three-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff[a]\n\xffx\n")

    assert counting(folder) == [("one", "1.0")]
