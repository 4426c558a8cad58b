"""A module is found where an import would find it, and nothing is imported on the way."""

import sys
import zipfile
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from detcore.plugins import scan
from detcore.plugins.module_files import ModuleFiles

FILES = (
    "first/space/one.py",
    "first/regular/__init__.py",
    "first/regular/inner/__init__.py",
    "first/alone.py",
    "second/space/two.py",
    "second/regular/__init__.py",
    "second/regular/hidden.py",
    "second/deep/er/est.py",
)


@pytest.fixture
def paths(tmp_path, monkeypatch):
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        imported = file.endswith(("__init__.py", "alone.py"))  # to look inside, as Python does
        (tmp_path / file).write_text("" if imported else "raise SystemExit(7)\n")
    paths = [str(tmp_path / "first"), str(tmp_path / "missing"), str(tmp_path / "second")]
    monkeypatch.setattr(sys, "path", [*paths, *sys.path])
    yield paths
    for name in [name for name in sys.modules if name.partition(".")[0] in ("space", "regular", "deep")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "module",
    [
        *("space.one", "space.two", "space.three", "regular", "regular.inner", "regular.hidden", "alone", "alone.x"),
        *("deep.er.est", "deep.er.nothing", "no_such_package", "no_such_package.module"),
    ],
)
def test_as_an_import_would(paths, module):
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        spec = None

    files = ModuleFiles()

    assert files.exists(module) is (spec is not None)
    assert files.file(module) == (None if spec is None else spec.origin)


def test_in_a_zip_file_only_an_import_could_tell(tmp_path, monkeypatch):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("zipped_package/__init__.py", "")
        zipped.writestr("zipped_package/module.py", "")
    monkeypatch.syspath_prepend(archive)

    assert ModuleFiles().exists("zipped_package.module")


class Finder:
    """As installers put it in front of a folder that is developed in place, or broken."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        if name == "broken_elsewhere":
            raise ZeroDivisionError
        if name != "found_elsewhere":
            return None
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(self.folder)]
        return spec


def test_the_finders_of_installers_are_asked(tmp_path, monkeypatch):
    (tmp_path / "module.py").touch()
    monkeypatch.setattr(sys, "meta_path", [Finder(tmp_path), *sys.meta_path])

    files = ModuleFiles()

    assert files.exists("found_elsewhere.module")
    assert not files.exists("found_elsewhere.nothing")
    assert not files.exists("broken_elsewhere.module")


def test_an_entry_of_the_path_that_is_no_text_is_passed_over_as_by_an_import(tmp_path, monkeypatch):
    (tmp_path / "unreachable.py").touch()
    monkeypatch.setattr(sys, "path", [tmp_path, *sys.path])

    assert find_spec("unreachable") is None
    assert not ModuleFiles().exists("unreachable")
    assert not ModuleFiles().exists("unreachable.inner")


def test_a_working_directory_that_is_gone_holds_nothing(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    gone.rmdir()

    assert ModuleFiles().exists("detcore.plugins")
    assert "det-core" in {found.name for found in scan()}
