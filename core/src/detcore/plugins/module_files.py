# pathlib takes longer to import than the whole scan does, and so does asking for every file in every folder.
# ruff: noqa: PTH112, PTH113, PTH118, PTH119, PTH120, PTH208
"""Where the module that an entry point names would come from, found without importing it or what is around it."""

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter, all_suffixes

from detcore.plugins.search_path import search_path
from detcore.plugins.suggestions import is_one_slip

__all__ = ["ModuleFiles"]


def _is_package(file: str) -> bool:
    return os.path.basename(file).partition(".")[0] == "__init__"


class ModuleFiles:
    """Looks modules up as an import would; remembers what is in which folder, so it is made anew for each survey."""

    def __init__(self) -> None:
        self._paths = search_path()
        self._suffixes = tuple(all_suffixes())
        self._known: dict[str, frozenset[str]] = {}
        self._folders: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def exists(self, module: str) -> bool:
        """Whether there is such a module; true where only an import could tell, as in a zip file."""
        package, _, last = module.rpartition(".")
        folder = self._folder_of(package) if package else ""
        if folder and os.access(f"{folder}/{last}.py", os.F_OK):
            return True  # as it nearly always is; one question is sooner answered than a folder listed
        return self.file(module) is not None

    def file(self, module: str) -> str | None:
        """Its file, or its folder where it is a namespace.

        Empty where only an import could tell; ``None`` where there is none.
        """
        parts = module.split(".")
        found = self._below(self._paths, parts)
        return self._otherwise(parts) if found is None else found

    def nearest(self, module: str) -> str:
        """The one in its package that is one slip away; empty where there is none, or only an import could tell."""
        package, _, last = module.rpartition(".")
        home = self.file(package) if package else None
        if not home:
            return ""
        folder = home if os.path.isdir(home) else os.path.dirname(home) if _is_package(home) else ""
        names = sorted({each.partition(".")[0] for each in self._contents(folder)} - {"__init__", ""})
        near = next((name for name in names if name.isidentifier() and is_one_slip(last, name)), "")
        return f"{package}.{near}" if near and self.exists(f"{package}.{near}") else ""

    def _folder_of(self, package: str) -> str:
        """Where a package would be, in the first folder of the path that has anything called like its outermost one."""
        if package not in self._folders:
            steps = package.split(".")
            first = self._firsts().get(steps[0])
            self._folders[package] = "/".join([first, *steps]) if first else ""
        return self._folders[package]

    def _firsts(self) -> dict[str, str]:
        """The first folder of the path for everything that lies in one."""
        if not self._first:
            for path in reversed(self._paths):
                self._first |= dict.fromkeys(self._contents(path), path)
        return self._first

    def _below(self, folders: Iterable[str], parts: Sequence[str]) -> str | None:
        """The first that an import would take; a folder without ``__init__`` only where nothing else has the name."""
        namespaces = []
        for folder in folders:
            inner = os.path.join(folder, parts[0])
            if found := self._file_of(inner, "__init__") or self._file_of(folder, parts[0]):
                return found if len(parts) == 1 else self._below([inner], parts[1:])
            if os.path.isdir(inner):
                namespaces.append(inner)
        if len(parts) == 1 or not namespaces:
            return namespaces[0] if namespaces else None
        return self._below(namespaces, parts[1:])

    def _file_of(self, folder: str, stem: str) -> str:
        names = self._contents(folder)
        files = (os.path.join(folder, stem + suffix) for suffix in self._suffixes if stem + suffix in names)
        return next((file for file in files if os.path.isfile(file)), "")

    def _contents(self, folder: str) -> frozenset[str]:
        if folder not in self._known:
            try:
                self._known[folder] = frozenset(os.listdir(folder)) if folder else frozenset()
            except OSError:  # no folder, or none that we may read: nothing can be imported from it
                self._known[folder] = frozenset()
        return self._known[folder]

    def _otherwise(self, parts: Sequence[str]) -> str | None:
        """Asks the finders that installers add, and zip files, for the outermost package: that imports nothing."""
        for finder in sys.meta_path:
            if finder in (BuiltinImporter, FrozenImporter) or not hasattr(finder, "find_spec"):
                continue
            try:
                spec = finder.find_spec(parts[0], None)
            except Exception:  # noqa: BLE001, S112  # somebody else's finder, which must not stop the list
                continue
            if spec is not None:
                return self._of_spec(spec.origin or "", list(spec.submodule_search_locations or ()), parts)
        return None

    def _of_spec(self, origin: str, places: Sequence[str], parts: Sequence[str]) -> str | None:
        if len(parts) == 1:
            return origin
        folders = [place for place in places if os.path.isdir(place)]
        only_an_import_could_tell = "" if places else None
        return self._below(folders, parts[1:]) if folders else only_an_import_could_tell
