"""A digest of the files that a distribution's code is imported from."""

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from detcore.plugins.module_files import ModuleFiles

__all__ = ["package_digests"]


def package_digests(modules: Iterable[str]) -> dict[str, str]:
    """Of the outermost package of each module, or of the module itself where it is in none; by name.

    A package counts as all its files, data included, compiled Python aside: which of them a run imports, it does not
    know beforehand. Empty where there is nothing to read, as in a zip file.
    """
    files = ModuleFiles()
    roots = {_regular_root(module, files) for module in modules}
    return {name: _digest(file) for name, file in sorted(roots)}


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
    if path.stem != "__init__":
        return sha256(path.read_bytes()).hexdigest()
    total = sha256()
    for each in sorted(_files_below(path.parent), key=lambda each: each.as_posix()):
        total.update(each.relative_to(path.parent).as_posix().encode() + b"\0")
        total.update(sha256(each.read_bytes()).digest())
    return total.hexdigest()


def _files_below(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.is_dir() and each.name != "__pycache__":
            yield from _files_below(each)
        elif each.is_file() and each.suffix != ".pyc":
            yield each
