"""A digest of the files that a distribution's code is imported from."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from detcore.plugins.module_files import ModuleFiles

__all__ = ["UNREADABLE", "package_digests"]

UNREADABLE: Final = "unreadable: "
"""Begins what stands in place of a digest where a file cannot be read; its name follows."""


def package_digests(modules: Iterable[str], *, executed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of the outermost package of each module, or of the module itself where it is in none; by name.

    A package counts as all its files, data included, compiled Python aside: which of them a run imports, it does not
    know beforehand. A folder that is a link counts as where it leads to, not as what is in it. Empty where there is
    nothing to read, as in a zip file; ``"unreadable: FILE"`` where something cannot be read.

    ``executed`` has the digests of modules whose files may have changed since.
    """
    files = ModuleFiles()
    known = executed or {}
    roots = {_regular_root(module, files) for module in set(modules) - known.keys()}
    digests = {name: _digest(file) for name, file in roots} | {name: known[name] for name in known.keys() & modules}
    return dict(sorted(digests.items()))


def _regular_root(module: str, files: ModuleFiles) -> tuple[str, str]:
    """The outermost package that has a file of its own, with that file: namespaces are shared."""
    names = module.split(".")
    for length in range(1, len(names) + 1):
        name = ".".join(names[:length])
        file = _imported_file(name) or files.file(name) or ""
        if Path(file).is_file():
            return name, file
    return module, ""


def _imported_file(name: str) -> str:
    return str(getattr(sys.modules.get(name), "__file__", None) or "")


def _digest(file: str) -> str:
    path = Path(file)
    if not path.is_file():
        return ""
    try:
        return _of_folder(path.parent) if path.stem == "__init__" else _of_file(path).hex()
    except OSError as error:  # a run that only keeps the record need not fail for it
        found = Path(error.filename or file)
        is_below = found.is_relative_to(path.parent)
        return f"{UNREADABLE}{found.relative_to(path.parent).as_posix() if is_below else found.name}"


def _of_folder(folder: Path) -> str:
    total = sha256()
    for each in sorted(_files_below(folder), key=lambda each: each.as_posix()):
        total.update(os.fsencode(each.relative_to(folder).as_posix()) + b"\0")
        total.update(_of_link(each) if each.is_dir() else _of_file(each))
    return total.hexdigest()


def _files_below(folder: Path) -> Iterator[Path]:
    """The files, and the folders that are links: these may lead anywhere, back to here too."""
    for each in folder.iterdir():
        is_folder = each.is_dir()
        if is_folder and not each.is_symlink() and each.name != "__pycache__":
            yield from _files_below(each)
        elif each.is_symlink() if is_folder else each.is_file() and each.suffix != ".pyc":
            yield each


def _of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, sha256).digest()  # piece by piece: weights may lie in a package


def _of_link(path: Path) -> bytes:
    return sha256(b"link to " + os.fsencode(path.readlink())).digest()
