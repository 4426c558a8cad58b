"""A config file that moves to another folder, whose relative ``extends`` has to lead where it did."""

import os
from pathlib import Path as FilePath

from detcore.config.text.nodes import Node

__all__ = ["rebased"]


def rebased(root: Node, source: FilePath, target: FilePath) -> Node:
    """The tables of the file ``source`` as ``target``, in another folder, has to write them."""
    extends = root.value.get("extends") if isinstance(root.value, dict) else None
    if extends is None or os.path.realpath(source.parent) == os.path.realpath(target.parent):
        return root
    assert isinstance(root.value, dict), "it has an entry"
    return Node({**root.value, "extends": _moved(extends, source, target)}, root.origin)


def _moved(extends: Node, source: FilePath, target: FilePath) -> Node:
    match extends.value:
        case list(items):
            return Node([_moved(item, source, target) for item in items], extends.origin)
        case str(name) if name and "\0" not in name and not FilePath(name).is_absolute():
            return Node(_path_from(target.parent, source.parent / name), extends.origin)
    return extends


def _path_from(folder: FilePath, base: FilePath) -> str:
    """The base as seen from a folder, by way of real folders, because ``..`` leads back along no symbolic link."""
    real = FilePath(os.path.realpath(base.parent), base.name)
    try:
        return FilePath(os.path.relpath(real, os.path.realpath(folder))).as_posix()
    except ValueError:  # on another drive
        return real.as_posix()
