"""Modules beside a Python config file: importable while it runs, and forgotten afterwards."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from types import ModuleType

from detcore.plugins import Registry

__all__ = ["folder_importable"]


@contextmanager
def folder_importable(folder: FilePath, registry: Registry) -> Iterator[None]:
    """Let a file import its neighbours while it runs, and forget them afterwards, so that each file reads its own.

    Whatever else is imported meanwhile stays, because two copies of a plugin's classes would not know each other:
    environments and checkouts may well lie further down in the folder, and a plugin in the folder itself.
    """
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        plugins = {_package(row.component.target.partition(":")[0]) for row in registry.rows}
        for name, module in list(sys.modules.items()):
            if name not in before and _package(name) not in plugins and _is_found_in(folder, name, module):
                del sys.modules[name]


def _package(module: str) -> str:
    return module.partition(".")[0]


def _is_found_in(folder: FilePath, name: str, module: ModuleType) -> bool:
    """Whether a module, or the package that it belongs to, lies directly in the folder, as what it imports does."""
    file = getattr(module, "__file__", None)
    if not file:
        return False
    path = FilePath(file)
    return path.parent == folder or folder / _package(name) in path.parents
