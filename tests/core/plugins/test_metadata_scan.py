import zipfile
from importlib.metadata import distributions

from detcore.plugins import EntryPoint, scan


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
        EntryPoint("a.b", "z", "pkg:Other"),
        EntryPoint("c", "w", "pkg"),
    )


def test_the_first_of_a_name_on_the_path_counts(install, tmp_path):
    install("one", "[a]\nx = p:X\n", version="1.0")
    other = tmp_path / "other"
    (other / "one-2.0.dist-info").mkdir(parents=True)
    (other / "one-2.0.dist-info" / "entry_points.txt").write_text("[a]\nx = p:X\n")

    assert [found.version for found in scan([str(tmp_path), str(other)])] == ["1.0"]
    assert [found.version for found in scan([str(other), str(tmp_path)])] == ["2.0"]


def test_distributions_without_entry_points_are_left_out(install):
    assert scan([str(install("one", ""))]) == []


def test_zip_files_and_missing_folders(install, tmp_path):
    folder = install("one", "[a]\nx = p:X\n")
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in folder.rglob("*"):
            if path != archive:
                zipped.write(path, path.relative_to(folder))

    (found,) = scan([str(archive), str(tmp_path / "missing")])

    assert (found.name, found.entry_points) == ("one", (EntryPoint("a", "x", "p:X"),))


def test_egg_info_is_metadata_too(install):
    folder = install("one", "[a]\nx = p:X\n", suffix="egg-info")

    assert [found.name for found in scan([str(folder)])] == ["one"]


def test_the_scan_finds_what_the_standard_library_finds():
    expected = {(entry.group, entry.name) for found in distributions() for entry in found.entry_points}

    assert {entry[:2] for found in scan() for entry in found.entry_points} == expected


def test_a_broken_metadata_folder_harms_nobody(install, tmp_path):
    folder = install("one", "[a]\nx = p:X\n")
    (tmp_path / "two-1.0.dist-info").write_text("not a folder")
    (tmp_path / "three-1.0.dist-info").mkdir()
    (tmp_path / "three-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff[a]\n\xffx\n")

    assert [found.name for found in scan([str(folder)])] == ["one"]
